package org.dfile.manager.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.dfile.client.DFileException;
import org.dfile.client.DFileOutputStream;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;

/** Collects, and stores at the end. */
final class FakeOutput extends DFileOutputStream {

    private final FakeFileSystem files;
    private final String name;
    private final WriteMode mode;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private boolean discarded;
    private Optional<Receipt> receipt = Optional.empty();

    FakeOutput(FakeFileSystem files, String name, WriteMode mode) {
        this.files = files;
        this.name = name;
        this.mode = mode;
    }

    @Override
    public void write(int oneByte) {
        collected.write(oneByte);
    }

    @Override
    public void close() throws IOException {
        if (discarded || receipt.isPresent()) {
            return;
        }
        try {
            receipt = Optional.of(files.store(name, collected.toByteArray(), mode));
        } catch (DFileException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void discard() {
        discarded = true;
    }

    @Override
    public Receipt receipt() {
        return receipt.orElseThrow(IllegalStateException::new);
    }
}
