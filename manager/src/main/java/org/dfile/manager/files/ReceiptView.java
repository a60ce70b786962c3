package org.dfile.manager.files;

import org.dfile.model.FileName;
import org.dfile.model.Receipt;

/** A receipt as {@code --json} shows it. */
record ReceiptView(String name, String version, long offset, long byteCount, String crc32c, long length, int copies) {

    static ReceiptView of(FileName name, Receipt receipt) {
        return new ReceiptView(
                name.toString(),
                receipt.version().toString(),
                receipt.offset(),
                receipt.byteCount(),
                String.format("%08x", receipt.crc32c()),
                receipt.length(),
                receipt.copies());
    }
}
