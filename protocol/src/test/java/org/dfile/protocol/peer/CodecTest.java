package org.dfile.protocol.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Limits;
import org.dfile.model.Operation;
import org.dfile.model.Outcome;
import org.dfile.model.Receipt;
import org.dfile.model.Session;
import org.dfile.model.SessionId;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.NamedPiece;
import org.dfile.model.replica.PieceId;
import org.dfile.protocol.DecodeException;
import org.junit.jupiter.api.Test;

/** Batches and states come back equal, and what is damaged or hostile is refused without the memory that it claims. */
class CodecTest {

    private static final int ROUNDS = 20_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final FileName NAME = FileName.of("a/b");
    private static final Instant TIME = Instant.parse("2026-11-22T09:30:00.123456789Z");
    private static final Outcome DONE =
            new Outcome.Done(new Receipt(new FileVersion(3, 14), 1L << 40, 4_096, -5, (1L << 40) + 4_096, 2));

    private static final String GOLDEN_STATE =
            "53017452f284030e0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef01808080808020000000006b02b618075bcd15000000000000000000000000020000000000000001ffffffffffffffffe9070e000000000000000002fffffffffffffffeea070e0500030e8080808080208020fffffffb80a08080802002010003612f620200030003040401056f74686572808080808080808010020c";
    private static final String GOLDEN_BATCH =
            "420183e0f37e030e0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef000000006b02b618075bcd150501024d0af6cd5543736f6d65206279746573038080808080200280804012345678010000000000000005000000000000000611ffffffff0004808080808080801005020000000000000001ffffffffffffffffe9070e000000000000000002fffffffffffffffeea070e0500030e8080808080208020fffffffb80a08080802002010003612f620200030003040401056f746865728080808080808080100100000000000000080000000000000009020c";

    private record Own(int byteCount, int crc32c) implements StagedBytes {}

    private static Session session(int id, List<Outcome> outcomes) {
        return new Session(new SessionId(new UUID(id, -id)), 1_000 + id, outcomes, 14);
    }

    private static List<Session> sessions() {
        return List.of(
                session(1, List.of()),
                session(
                        2,
                        List.of(
                                DONE,
                                new Outcome.Refused(new Failure.NoSuchFile(NAME)),
                                new Outcome.Refused(new Failure.FileExists(NAME)),
                                new Outcome.Refused(new Failure.Replaced(NAME, 3, 4)),
                                new Outcome.Refused(new Failure.FileTooLong(FileName.of("other"), 1L << 60)))));
    }

    private static Batch batch(List<Operation> operations, List<Session> sessions) {
        return new Batch(
                new FileVersion(3, 14),
                new ChainHash("0123456789abcdef".repeat(4)),
                TIME,
                operations,
                sessions,
                List.of(new SessionId(new UUID(8, 9))),
                new FileVersion(2, 12));
    }

    private static Batch sample() {
        return batch(
                List.of(
                        new Operation.Create(),
                        new Operation.WriteInline(77, Bytes.of("some bytes".getBytes(StandardCharsets.UTF_8))),
                        new Operation.WriteStaged(
                                1L << 40,
                                List.of(
                                        new NamedPiece(new PieceId(new UUID(5, 6)), 1 << 20, 0x1234_5678),
                                        new NamedPiece(PieceId.NONE, 17, -1))),
                        new Operation.Truncate(Limits.MAX_FILE_BYTES),
                        new Operation.Delete()),
                sessions());
    }

    private static FileState state() {
        return new FileState(
                new FileVersion(3, 14),
                new ChainHash("0123456789abcdef".repeat(4)),
                true,
                1L << 40,
                TIME,
                Instant.EPOCH,
                sessions(),
                new FileVersion(2, 12));
    }

    @Test
    void batch_comesBackEqual() throws DecodeException {
        assertThat(BatchCodec.decode(BatchCodec.encode(sample()))).isEqualTo(sample());
        Batch empty = batch(List.of(), List.of());
        assertThat(BatchCodec.decode(BatchCodec.encode(empty))).isEqualTo(empty);
    }

    @Test
    void state_comesBackEqual() throws DecodeException {
        assertThat(StateCodec.decode(StateCodec.encode(state()))).isEqualTo(state());
    }

    @Test
    void stagedBytesOfAStore_getNoName() throws DecodeException {
        Batch own = batch(List.of(new Operation.WriteStaged(0, List.of(new Own(70_000, 99)))), List.of());

        Batch decoded = BatchCodec.decode(BatchCodec.encode(own));

        assertThat(decoded.operations())
                .containsExactly(new Operation.WriteStaged(0, List.of(new NamedPiece(PieceId.NONE, 70_000, 99))));
    }

    /** The checksum from the client goes along, right or wrong (I14). */
    @Test
    void inlineBytesThatWereChanged_keepTheirChecksum() throws DecodeException {
        Bytes wrong = Bytes.received(ByteBuffer.wrap(new byte[] {1, 2, 3}), 4_711);
        Batch batch = batch(List.of(new Operation.WriteInline(0, wrong)), List.of());

        Operation.WriteInline write = (Operation.WriteInline)
                BatchCodec.decode(BatchCodec.encode(batch)).operations().get(0);

        assertThat(write.bytes()).isEqualTo(wrong);
        assertThat(write.bytes().intact()).isFalse();
    }

    /** The most that one batch has: it goes as one message. */
    @Test
    void batchOfManyChangesAndSessions_fitsOneMessage() throws DecodeException {
        FileName longName = FileName.of(String.join("/", Collections.nCopies(16, "n".repeat(250))));
        List<Operation> operations = new ArrayList<>();
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            operations.add(new Operation.WriteInline(i, Bytes.of(new byte[2_048])));
            List<Outcome> outcomes = new ArrayList<>(Collections.nCopies(63, DONE));
            outcomes.add(new Outcome.Refused(new Failure.NoSuchFile(longName)));
            sessions.add(session(i, outcomes));
        }
        Batch batch = batch(operations, sessions);

        Bytes encoded = BatchCodec.encode(batch);

        assertThat(encoded.byteCount()).isLessThan(Limits.MAX_CHUNK_BYTES);
        assertThat(BatchCodec.decode(encoded)).isEqualTo(batch);
    }

    @Test
    void batchOfMostPieces_canBeEncoded() throws DecodeException {
        StagedBytes piece = new NamedPiece(new PieceId(new UUID(5, 6)), 1 << 20, 0x1234_5678);
        Batch batch = batch(
                List.of(new Operation.WriteStaged(0, Collections.nCopies(BatchCodec.MAX_PIECES, piece))), List.of());

        assertThat(BatchCodec.decode(BatchCodec.encode(batch))).isEqualTo(batch);
    }

    @Test
    void batchOfTooManyPieces_isRefused() {
        StagedBytes piece = new NamedPiece(new PieceId(new UUID(5, 6)), 1 << 20, 0x1234_5678);
        Batch batch = batch(List.of(new Operation.WriteStaged(0, Collections.nCopies(3_000_000, piece))), List.of());

        assertThatThrownBy(() -> BatchCodec.encode(batch)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Hosts of one protocol version understand each other: whoever changes these raises that version. */
    @Test
    void encodedForms_areThese() {
        assertThat(hex(StateCodec.encode(state()))).isEqualTo(GOLDEN_STATE);
        assertThat(hex(BatchCodec.encode(sample()))).isEqualTo(GOLDEN_BATCH);
    }

    // -- hostile bytes

    @Test
    void anyChangedBit_isRefused() {
        byte[] good = array(BatchCodec.encode(sample()));
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> BatchCodec.decode(Bytes.of(bad))).isInstanceOf(DecodeException.class);
        }
    }

    @Test
    void anotherKind_isRefused() {
        assertThatThrownBy(() -> BatchCodec.decode(StateCodec.encode(state()))).isInstanceOf(DecodeException.class);
        assertThatThrownBy(() -> StateCodec.decode(BatchCodec.encode(sample()))).isInstanceOf(DecodeException.class);
        assertThatThrownBy(() -> StateCodec.decode(Bytes.EMPTY)).isInstanceOf(DecodeException.class);
    }

    /** As somebody would who wants to do harm: the checksum is right. */
    @Test
    void mutatedForms_areDecodedOrRefusedWithLittleMemory() {
        long seed = Long.getLong("dfile.seed", System.nanoTime());
        System.out.println("-Ddfile.seed=" + seed);
        Random random = new Random(seed);
        byte[] batch = array(BatchCodec.encode(sample()));
        byte[] state = array(StateCodec.encode(state()));
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            boolean isBatch = random.nextBoolean();
            byte[] bad = (isBatch ? batch : state).clone();
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                bad[Encoding.HEADER_BYTES + random.nextInt(bad.length - Encoding.HEADER_BYTES)] =
                        (byte) random.nextInt();
            }
            Bytes sealed = Encoding.seal(isBatch ? 'B' : 'S', bad);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                Object decoded = isBatch ? BatchCodec.decode(sealed) : StateCodec.decode(sealed);
                assertThat(decoded).isNotNull();
            } catch (DecodeException e) {
                refused++;
            }
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                    .as("seed %s, round %s", seed, i)
                    .isLessThan(1 << 20);
        }
        assertThat(refused).as("seed %s", seed).isBetween(ROUNDS / 10, ROUNDS - 1);
    }

    @Test
    void everyTruncation_isRefused() {
        for (byte[] good : List.of(array(BatchCodec.encode(sample())), array(StateCodec.encode(state())))) {
            for (int length = Encoding.HEADER_BYTES; length < good.length; length++) {
                Bytes cut = Encoding.seal((char) good[0], Arrays.copyOf(good, length));
                assertThatThrownBy(() -> {
                            if (good[0] == 'B') {
                                BatchCodec.decode(cut);
                            } else {
                                StateCodec.decode(cut);
                            }
                        })
                        .isInstanceOf(DecodeException.class);
            }
        }
    }

    private static byte[] array(Bytes bytes) {
        byte[] array = new byte[bytes.byteCount()];
        bytes.buffer().get(array);
        return array;
    }

    private static String hex(Bytes bytes) {
        return HexFormat.of().formatHex(array(bytes));
    }
}
