package org.dfile.store;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs as RocksDB writes them, and what may become of their ends. */
final class LogCheckTest {

    private static final int FULL = 1;
    private static final int FIRST = 2;
    private static final int LAST = 4;
    private static final int BLOCK_BYTES = 32 << 10;

    @TempDir
    Path directory;

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @BeforeEach
    void threeBatches() {
        record(FULL, 100);
        record(FULL, 200);
        record(FIRST, BLOCK_BYTES - log.size() - 7);
        record(LAST, 50);
    }

    private void record(int type, int length) {
        byte[] covered = new byte[1 + length];
        covered[0] = (byte) type;
        CRC32C crc = new CRC32C();
        crc.update(covered);
        int value = (int) crc.getValue();
        ByteBuffer header = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(((value >>> 15) | (value << 17)) + 0xA282EAD8).putShort((short) length);
        log.writeBytes(header.array());
        log.writeBytes(covered);
    }

    private void write(String name, byte[] content) throws IOException {
        Files.write(directory.resolve(name), content);
    }

    private static byte[] flipped(byte[] content, int at) {
        byte[] changed = content.clone();
        changed[at] ^= 4;
        return changed;
    }

    @Test
    void wholeLogs_pass() throws IOException {
        write("000007.log", log.toByteArray());
        write("000012.log", log.toByteArray());
        write("000013.log", new byte[0]);
        assertThatCode(() -> LogCheck.check(directory)).doesNotThrowAnyException();
    }

    @Test
    void lengthOfARecord_damagedAndFollowed_isNoEnd() throws IOException {
        write("000012.log", flipped(log.toByteArray(), 4));
        assertThatThrownBy(() -> LogCheck.check(directory))
                .isInstanceOf(IOException.class)
                .hasMessage("000012.log is damaged at 0, and goes on at 107");
    }

    @Test
    void newestLog_endsInAnyWay_isATail() throws IOException {
        byte[] whole = log.toByteArray();
        int begin = 107 + 207; // of the last batch
        for (int length = begin; length < whole.length; length += 501) {
            write("000012.log", java.util.Arrays.copyOf(whole, length));
            assertThatCode(() -> LogCheck.check(directory)).doesNotThrowAnyException();
        }
        write("000012.log", flipped(whole, begin + 4)); // its last part is whole
        assertThatCode(() -> LogCheck.check(directory)).doesNotThrowAnyException();
    }

    @Test
    void olderLog_endsEarly_isDamaged() throws IOException {
        byte[] whole = log.toByteArray();
        write("000012.log", java.util.Arrays.copyOf(whole, whole.length - 3));
        write("000013.log", whole);
        assertThatThrownBy(() -> LogCheck.check(directory))
                .hasMessage("000012.log is damaged at " + BLOCK_BYTES + ", and a later log exists");
    }
}
