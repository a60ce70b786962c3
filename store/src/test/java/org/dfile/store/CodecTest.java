package org.dfile.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.dfile.model.Ballot;
import org.dfile.model.ChainHash;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.Outcome;
import org.dfile.model.Receipt;
import org.dfile.model.Session;
import org.dfile.model.SessionId;
import org.junit.jupiter.api.Test;

/** The stored forms, byte by byte: volumes written by an earlier version are read by a later one. */
class CodecTest {

    private static final FileName NAME = FileName.of("a/b");

    private static final FileRecord RECORD = new FileRecord(
            0x0102,
            new FileVersion(3, 4),
            ChainHash.NONE.then(new byte[] {1}),
            true,
            1_000_000,
            Instant.ofEpochSecond(1, 2),
            Instant.ofEpochSecond(-1, 999_999_999),
            new FileVersion(2, 5),
            new Ballot(7, new HostId("a"), new Life(8, 9)),
            6);
    private static final String RECORD_HEX = "02" + "0000000000000102" + "0000000000000003" + "0000000000000004"
            + RECORD.hash().hex() + "01" + "00000000000f4240" + "0000000000000001" + "00000002"
            + "ffffffffffffffff" + "3b9ac9ff" + "0000000000000002" + "0000000000000005" + "0000000000000006"
            + "01" + "0000000000000007" + "000161" + "0000000000000008" + "0000000000000009";

    private static final Session SESSION = new Session(
            new SessionId(new UUID(1, 2)),
            9,
            List.of(
                    new Outcome.Done(new Receipt(new FileVersion(1, 2), 3, 4, 5, 6, 7)),
                    new Outcome.Refused(new Failure.NoSuchFile(NAME)),
                    new Outcome.Refused(new Failure.FileExists(NAME)),
                    new Outcome.Refused(new Failure.Replaced(NAME, 1, 2)),
                    new Outcome.Refused(new Failure.FileTooLong(NAME, 3))),
            8);
    private static final String NAME_HEX = "0003" + "612f62";
    private static final String SESSION_HEX = "01" + "0000000000000009" + "0000000000000008" + "05"
            + "00" + "0000000000000001" + "0000000000000002" + "0000000000000003" + "0000000000000004" + "00000005"
            + "0000000000000006" + "00000007"
            + "01" + NAME_HEX
            + "02" + NAME_HEX
            + "03" + NAME_HEX + "0000000000000001" + "0000000000000002"
            + "04" + NAME_HEX + "0000000000000003";

    private static final Extent.Data DATA = new Extent.Data(77, 65_540, new Run(1, 2, 65_550, new int[] {3, 4}), 6);
    private static final String DATA_HEX = "01" + "02" + "00000001" + "0000000000000002" + "0001000e" + "00000006"
            + "00010004" + "00000003" + "00000004";

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void fileRecord_known_hasTheseBytes() throws Exception {
        assertThat(hex(RecordCodec.encode(RECORD))).isEqualTo(RECORD_HEX);
        assertThat(RecordCodec.decode(bytes(RECORD_HEX))).isEqualTo(RECORD);
    }

    @Test
    void session_known_hasTheseBytes() throws Exception {
        assertThat(hex(SessionCodec.encode(SESSION))).isEqualTo(SESSION_HEX);
        assertThat(SessionCodec.decode(SESSION.id(), bytes(SESSION_HEX))).isEqualTo(SESSION);
    }

    @Test
    void dataExtent_known_hasTheseBytes() throws Exception {
        assertThat(hex(ExtentCodec.encode(DATA))).isEqualTo(DATA_HEX);
        byte[] value = bytes(DATA_HEX);
        assertThat(ExtentCodec.decode(77, value, value.length))
                .usingRecursiveComparison()
                .isEqualTo(DATA);
    }

    @Test
    void piece_known_hasTheseBytes() throws Exception {
        byte[] content = "123456789".getBytes(StandardCharsets.US_ASCII);
        byte[] value = ExtentCodec.encode(new Extent.Fresh(5, content));
        assertThat(hex(value)).isEqualTo("01" + "01" + "e3069283" + hex(content)); // the check value of CRC32C
        assertThat(ExtentCodec.decode(5, value, value.length)).isEqualTo(new Extent.Inline(5, 9, 5, 9, 0));
        assertThat(ExtentCodec.pieceBytes(5, value)).isEqualTo(content);

        value[10] ^= 1;
        assertThatThrownBy(() -> ExtentCodec.pieceBytes(5, value)).isInstanceOf(CorruptDataException.class);
    }

    @Test
    void volumeFile_known_isThisText() throws Exception {
        String text = """
                dfile volume 3
                cluster 00000000-0000-0001-0000-000000000002
                host a
                volume 00000000-0000-0003-0000-000000000004
                """;
        assertThat(VolumeFile.encode(TestVolume.IDENTITY)).asString().isEqualTo(text);
        assertThat(VolumeFile.decode(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(TestVolume.IDENTITY);
    }

    @Test
    void anyCodec_cutOrRandomBytes_corruptAndNothingElse() {
        Random random = new Random(1);
        for (String known : List.of(RECORD_HEX, SESSION_HEX, DATA_HEX)) {
            byte[] whole = bytes(known);
            for (int length = 0; length < whole.length; length++) {
                assertCorruptOrDecoded(Arrays.copyOf(whole, length));
            }
            for (int i = 0; i < 2_000; i++) {
                byte[] changed = whole.clone();
                changed[random.nextInt(whole.length)] = (byte) random.nextInt();
                changed[random.nextInt(whole.length)] = (byte) random.nextInt();
                assertCorruptOrDecoded(changed);
            }
        }
    }

    private interface Decoder {
        Object decode() throws CorruptDataException;
    }

    private static void assertCorruptOrDecoded(byte[] value) {
        List<Decoder> decoders = List.of(
                () -> RecordCodec.decode(value),
                () -> SessionCodec.decode(SESSION.id(), value),
                () -> ExtentCodec.decode(0, value, value.length));
        for (Decoder decoder : decoders) {
            try {
                assertThat(decoder.decode()).isNotNull();
            } catch (CorruptDataException e) {
                assertThat(e).hasMessageContaining("not ");
            }
        }
    }
}
