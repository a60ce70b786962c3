package org.dfile.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs as RocksDB writes them, and what may become of their ends. */
final class LogRecoveryTest {

    private static final int FULL = 1;
    private static final int FIRST = 2;
    private static final int LAST = 4;
    private static final int BLOCK_BYTES = 32 << 10;
    private static final int SECTOR_BYTES = 512;
    private static final int HEADER_BYTES = 7;
    private static final int LAST_BATCH = 100 + HEADER_BYTES + 200 + HEADER_BYTES;

    @TempDir
    Path directory;

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @BeforeEach
    void threeBatches() {
        record(FULL, 100);
        record(FULL, 200);
        record(FIRST, BLOCK_BYTES - log.size() - HEADER_BYTES);
        record(LAST, 600);
    }

    private void record(int type, int length) {
        byte[] covered = new byte[1 + length];
        Arrays.fill(covered, (byte) 'x');
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

    @BeforeEach
    void aManifest() throws IOException {
        write("CURRENT", "MANIFEST-000010\n".getBytes(StandardCharsets.US_ASCII));
        write("MANIFEST-000010", log.toByteArray());
    }

    private byte[] recovered(String name, byte[] content) throws IOException {
        write(name, content);
        LogRecovery.run(directory);
        return Files.readAllBytes(directory.resolve(name));
    }

    @Test
    void wholeLogs_areLeftAsTheyAre() throws IOException {
        write("000007.log", log.toByteArray());
        write("000012.log", log.toByteArray());
        write("000013.log", new byte[0]);
        LogRecovery.run(directory);
        assertThat(directory.resolve("000007.log")).hasBinaryContent(log.toByteArray());
        assertThat(directory.resolve("000012.log")).hasBinaryContent(log.toByteArray());
        assertThat(directory.resolve("000013.log")).isEmptyFile();
        assertThat(directory.resolve("MANIFEST-000010")).hasBinaryContent(log.toByteArray());
    }

    @Test
    void anyByte_damaged_refused() throws IOException {
        byte[] whole = log.toByteArray();
        for (int at = 0; at < whole.length; at += at < 400 || at > whole.length - 100 ? 1 : 501) {
            write("000012.log", flipped(whole, at));
            assertThatThrownBy(() -> LogRecovery.run(directory))
                    .as("byte %d", at)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("000012.log is damaged at ");
        }
    }

    @Test
    void lengthOfARecord_damagedAndFollowed_isNoEnd() throws IOException {
        write("000012.log", flipped(log.toByteArray(), 4));
        assertThatThrownBy(() -> LogRecovery.run(directory))
                .hasMessage("000012.log is damaged at 0, and goes on after it");
    }

    @Test
    void newestLog_endsInABatch_thatIsCutOff() throws IOException {
        byte[] whole = log.toByteArray();
        for (int length = LAST_BATCH; length < whole.length; length += length > whole.length - 100 ? 1 : 501) {
            assertThat(recovered("000012.log", Arrays.copyOf(whole, length)))
                    .as("cut at %d", length)
                    .isEqualTo(Arrays.copyOf(whole, LAST_BATCH));
        }
    }

    @Test
    void newestLog_sectorsOfLastBatchNeverWritten_thatIsCutOff() throws IOException {
        byte[] whole = log.toByteArray();
        int first = (LAST_BATCH / SECTOR_BYTES + 1) * SECTOR_BYTES;
        for (int from = first; from < whole.length; from += SECTOR_BYTES) {
            byte[] endMissing = whole.clone();
            Arrays.fill(endMissing, from, whole.length, (byte) 0);
            assertThat(recovered("000012.log", endMissing))
                    .as("nothing written from %d on", from)
                    .isEqualTo(Arrays.copyOf(whole, LAST_BATCH));
        }
    }

    @Test
    void newestLog_lastBatchNotWrittenAtAll_thatIsCutOff() throws IOException {
        byte[] whole = log.toByteArray();
        Arrays.fill(whole, LAST_BATCH, whole.length, (byte) 0);
        assertThat(recovered("000012.log", whole)).isEqualTo(Arrays.copyOf(whole, LAST_BATCH));
        assertThat(recovered("000012.log", new byte[31])).isEmpty();
    }

    @Test
    void zerosInTheLastBatch_mayBelongThere_andAreNoTail() throws IOException {
        byte[] whole = log.toByteArray();
        Arrays.fill(whole, 8 * SECTOR_BYTES, whole.length - 1, (byte) 0);
        write("000012.log", whole);
        assertThatThrownBy(() -> LogRecovery.run(directory))
                .hasMessage("000012.log is damaged at " + LAST_BATCH + ", and not by a write that was cut short");
    }

    @Test
    void sectorsBeforeAWholeBatch_turnedToZeros_refused() throws IOException {
        byte[] whole = log.toByteArray();
        Arrays.fill(whole, 0, LAST_BATCH - 200 - HEADER_BYTES, (byte) 0);
        write("000012.log", whole);
        assertThatThrownBy(() -> LogRecovery.run(directory))
                .hasMessage("000012.log is damaged at 0, and goes on after it");
    }

    @Test
    void olderLog_endsEarly_isDamaged() throws IOException {
        byte[] whole = log.toByteArray();
        write("000012.log", Arrays.copyOf(whole, whole.length - 3));
        write("000013.log", whole);
        assertThatThrownBy(() -> LogRecovery.run(directory))
                .hasMessage("000012.log is damaged at " + BLOCK_BYTES + ", and a later log exists");
        write("000012.log", Arrays.copyOf(whole, BLOCK_BYTES)); // between two records of a batch
        assertThatThrownBy(() -> LogRecovery.run(directory))
                .hasMessage("000012.log is damaged at " + LAST_BATCH + ", and a later log exists");
    }

    @Test
    void manifest_endsInARecord_thatIsCutOff() throws IOException {
        byte[] whole = log.toByteArray();
        byte[] torn = whole.clone();
        Arrays.fill(torn, BLOCK_BYTES - SECTOR_BYTES, torn.length, (byte) 0);
        assertThat(recovered("MANIFEST-000010", torn)).isEqualTo(Arrays.copyOf(whole, LAST_BATCH));
    }

    @Test
    void manifest_endsOtherwise_isLeftToRocksDb() throws IOException {
        byte[] whole = log.toByteArray();
        assertThat(recovered("MANIFEST-000010", flipped(whole, 50))).isEqualTo(flipped(whole, 50));
        int last = whole.length - 20;
        assertThat(recovered("MANIFEST-000010", flipped(whole, last))).isEqualTo(flipped(whole, last));
    }
}
