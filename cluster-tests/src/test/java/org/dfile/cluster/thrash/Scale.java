package org.dfile.cluster.thrash;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.dfile.model.Bytes;

/**
 * How the bytes of a file stand for those of its model. Small files are their own model. Larger ones consist of blocks of one
 * size, each made from an id; the model has the id in place of the block, so that histories stay cheap to check.
 */
final class Scale {

    private static final int MAX_MARK_PADDING = 30;

    /** Bytes are themselves. */
    static final Scale ONE = new Scale(0);

    private final int blockBytes;

    private Scale(int blockBytes) {
        this.blockBytes = blockBytes;
    }

    static Scale ofBlocks(int blockBytes) {
        return new Scale(blockBytes);
    }

    int blockBytes() {
        return blockBytes;
    }

    /** Returns what a client writes: bytes that nobody else writes. */
    byte[] real(long id, int blocks) {
        if (blockBytes == 0) {
            return mark(id);
        }
        byte[] one = block(id);
        byte[] all = new byte[blocks * blockBytes];
        for (int block = 0; block < blocks; block++) {
            System.arraycopy(one, 0, all, block * blockBytes, blockBytes);
        }
        return all;
    }

    /** Returns what stands for it in the model. */
    Bytes model(long id, int blocks) {
        if (blockBytes == 0) {
            return Bytes.of(mark(id));
        }
        ByteBuffer ids = ByteBuffer.allocate(blocks * Long.BYTES);
        for (int block = 0; block < blocks; block++) {
            ids.putLong(id);
        }
        return Bytes.of(ids.array());
    }

    /** Returns what the model has for a number of bytes; nothing that it can have if they are no whole blocks. */
    long model(long byteCount) {
        if (blockBytes == 0) {
            return byteCount;
        }
        return byteCount % blockBytes == 0 ? byteCount / blockBytes * Long.BYTES : -byteCount;
    }

    long real(int modelOffset) {
        return blockBytes == 0 ? modelOffset : (long) modelOffset / Long.BYTES * blockBytes;
    }

    /** Returns what stands for bytes that were read; something that nobody wrote if a block is not as it was written. */
    Bytes modelOf(ByteBuffer read) {
        byte[] bytes = new byte[read.remaining()];
        read.duplicate().get(bytes);
        if (blockBytes == 0) {
            return Bytes.of(bytes);
        }
        if (bytes.length % blockBytes != 0) {
            return Bytes.of(new byte[] {1, 2, 3});
        }
        ByteBuffer ids = ByteBuffer.allocate(bytes.length / blockBytes * Long.BYTES);
        for (int offset = 0; offset < bytes.length; offset += blockBytes) {
            long id = ByteBuffer.wrap(bytes, offset, Long.BYTES).getLong();
            boolean whole = Arrays.equals(bytes, offset, offset + blockBytes, block(id), 0, blockBytes);
            ids.putLong(whole ? id : -1 - id);
        }
        return Bytes.of(ids.array());
    }

    private static byte[] mark(long id) {
        String mark = "<" + id + "." + ".".repeat(new SplittableRandom(id).nextInt(MAX_MARK_PADDING)) + ">";
        return mark.getBytes(StandardCharsets.US_ASCII);
    }

    /** A gap, which is zeros, is the block of id 0. */
    private byte[] block(long id) {
        byte[] bytes = new byte[blockBytes];
        if (id != 0) {
            new SplittableRandom(id).nextBytes(bytes);
            ByteBuffer.wrap(bytes).putLong(id);
        }
        return bytes;
    }
}
