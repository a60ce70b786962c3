package org.dfile.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.Limits;
import org.dfile.model.StageId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * Whatever arrives, a decoder gives a message or a {@link DecodeException}, and allocates no more than a frame.
 *
 * <p>Runs are random; a failure names the seed, {@code -Ddfile.seed=N} replays it.
 */
class DecodeFuzzTest {

    private static final int ROUNDS = 20_000;
    private static final long MAX_FRAME_BYTES = 1_088L << 10;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static Wire wire;

    private long seed;
    private Random random;

    /** What came of some bytes. */
    private enum Result {
        MESSAGE,
        REFUSED
    }

    @BeforeAll
    static void start() throws IOException {
        wire = new Wire();
        for (WireMessage message : wire.samples().values()) { // loads classes, fills caches
            wire.decode(wire.encode(message));
        }
        for (String manifest : ControlSerializer.MESSAGES.keySet()) {
            decode(wire.control(), new byte[0], manifest);
        }
        decode(wire.bulk(), new byte[0], "A");
    }

    @AfterAll
    static void stop() {
        wire.close();
    }

    @BeforeEach
    void setUp(TestInfo test) {
        seed = Long.getLong("dfile.seed", System.nanoTime());
        random = new Random(seed);
        System.out.println(test.getDisplayName() + ": -Ddfile.seed=" + seed);
    }

    /** Decodes, and checks what is promised for any bytes. */
    private static Result decode(SerializerWithStringManifest serializer, byte[] bytes, String manifest)
            throws IOException {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            assertThat(serializer.fromBinary(bytes, manifest)).isInstanceOf(WireMessage.class);
            return Result.MESSAGE;
        } catch (DecodeException e) {
            return Result.REFUSED;
        } finally {
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                    .as("bytes allocated for %s bytes of %s", bytes.length, manifest)
                    .isLessThan(MAX_FRAME_BYTES);
        }
    }

    private byte[] mutate(byte[] good) {
        byte[] bad = good.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
        }
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(bad, random.nextInt(bad.length));
            case 1 -> Arrays.copyOf(bad, bad.length + 1 + random.nextInt(32));
            default -> bad;
        };
    }

    private byte[] randomBytes() {
        byte[] bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        return bytes;
    }

    private List<Wire.Frame> frames(Class<? extends WireMessage> marker) {
        List<Wire.Frame> frames = new ArrayList<>();
        wire.samples().values().stream()
                .filter(marker::isInstance)
                .forEach(message -> frames.add(wire.encode(message)));
        return frames;
    }

    @Nested
    class Control {

        private final List<String> manifests = List.copyOf(ControlSerializer.MESSAGES.keySet());

        @Test
        void randomBytes_giveMessageOrDecodeException() throws IOException {
            for (int i = 0; i < ROUNDS; i++) {
                decode(wire.control(), randomBytes(), manifests.get(random.nextInt(manifests.size())));
            }
        }

        @Test
        void mutatedMessages_giveMessageOrDecodeException() throws IOException {
            List<Wire.Frame> good = frames(ControlMessage.class);
            int refused = 0;
            for (int i = 0; i < ROUNDS; i++) {
                Wire.Frame frame = good.get(random.nextInt(good.size()));
                if (decode(wire.control(), mutate(frame.bytes().array()), frame.manifest()) == Result.REFUSED) {
                    refused++;
                }
            }
            assertThat(refused).as("seed %s", seed).isBetween(ROUNDS / 4, ROUNDS - 1);
        }

        @Test
        void everyTruncation_isRefused() throws IOException {
            for (Wire.Frame frame : frames(ControlMessage.class)) {
                for (int length = 0; length < frame.bytes().capacity(); length++) {
                    byte[] cut = Arrays.copyOf(frame.bytes().array(), length);
                    assertThat(decode(wire.control(), cut, frame.manifest())).isEqualTo(Result.REFUSED);
                }
            }
        }

        @Test
        void lyingLengths_areRefusedWithoutTheMemory() throws IOException {
            byte[] claims = {0x5b, 0x7b, (byte) 0x9b, (byte) 0xbb}; // bytes, text, array, map with a 64-bit length
            for (byte claim : claims) {
                for (long length : new long[] {1L << 20, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE, -1}) {
                    ByteBuffer lie = ByteBuffer.allocate(40)
                            .put((byte) 0xbf)
                            .put(new byte[] {0x64, 'n', 'a', 'm', 'e'})
                            .put(claim)
                            .putLong(length);
                    assertThat(decode(wire.control(), lie.array(), "fs")).isEqualTo(Result.REFUSED);
                }
            }
        }

        @Test
        void deepNesting_isRefused() throws IOException {
            byte[] deep = new byte[200_000];
            Arrays.fill(deep, (byte) 0x9f);
            assertThat(decode(wire.control(), deep, "LN")).isEqualTo(Result.REFUSED);
        }

        @Test
        void unknownManifest_isRefused() throws IOException {
            assertThat(decode(wire.control(), new byte[] {(byte) 0xbf, (byte) 0xff}, "java.lang.String"))
                    .isEqualTo(Result.REFUSED);
        }
    }

    @Nested
    class Bulk {

        private final List<String> manifests = List.of("A", "S", "C", "M", "P", "R", "X", "", "AA");

        @Test
        void randomBytes_areRefused() throws IOException {
            for (int i = 0; i < ROUNDS; i++) {
                String manifest = manifests.get(random.nextInt(manifests.size()));
                assertThat(decode(wire.bulk(), randomBytes(), manifest)).isEqualTo(Result.REFUSED);
            }
        }

        /** The header's checksum covers everything but the file bytes. */
        @Test
        void anyChangeBeforeTheFileBytes_isRefused() throws IOException {
            for (Wire.Frame frame : frames(BulkMessage.class)) {
                byte[] good = frame.bytes().array();
                int end = BulkSerializer.HEADER_BYTES + ByteBuffer.wrap(good).getInt(8);
                for (int at = 0; at < end; at++) {
                    byte[] bad = good.clone();
                    bad[at] ^= (byte) (1 << random.nextInt(8));
                    assertThat(decode(wire.bulk(), bad, frame.manifest()))
                            .as("seed %s, byte %s", seed, at)
                            .isEqualTo(Result.REFUSED);
                }
            }
        }

        /** As somebody would who wants to do harm: the header's checksum is right. */
        @Test
        void mutatedMessagesWithRightHeaderChecksum_giveMessageOrDecodeException() throws IOException {
            List<Wire.Frame> good = frames(BulkMessage.class);
            int messages = 0;
            for (int i = 0; i < ROUNDS; i++) {
                Wire.Frame frame = good.get(random.nextInt(good.size()));
                byte[] bad = checksummed(mutate(frame.bytes().array()));
                if (decode(wire.bulk(), bad, frame.manifest()) == Result.MESSAGE) {
                    messages++;
                }
            }
            assertThat(messages).as("seed %s: checksums were right", seed).isPositive();
        }

        @Test
        void everyTruncation_isRefused() throws IOException {
            for (Wire.Frame frame : frames(BulkMessage.class)) {
                for (int length = 0; length < frame.bytes().capacity(); length++) {
                    byte[] cut = checksummed(Arrays.copyOf(frame.bytes().array(), length));
                    assertThat(decode(wire.bulk(), cut, frame.manifest())).isEqualTo(Result.REFUSED);
                }
            }
        }

        @Test
        void lyingLengths_areRefusedBeforeAnythingIsAllocated() throws IOException {
            byte[] good = frames(BulkMessage.class).get(1).bytes().array();
            for (int at : new int[] {8, 12}) {
                for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 20, 16 << 10, 11}) {
                    byte[] bad = good.clone();
                    ByteBuffer.wrap(bad).putInt(at, length);
                    long before = THREADS.getCurrentThreadAllocatedBytes();
                    assertThatThrownBy(() -> wire.bulk().fromBinary(checksummed(bad), "A"))
                            .isInstanceOf(DecodeException.class);
                    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                            .isLessThan(64 << 10);
                }
            }
        }

        @Test
        void changedFileBytes_arriveWithTheirChecksumAndAreNotIntact() throws IOException {
            FileReply.Contents sent = (FileReply.Contents) wire.sample("Contents");
            byte[] frame = wire.bulk().toBinary(sent);
            frame[frame.length - 1] ^= 1;

            FileReply.Contents received = (FileReply.Contents) wire.bulk().fromBinary(frame, "C");

            assertThat(received.bytes().crc32c()).isEqualTo(sent.bytes().crc32c());
            assertThat(received.bytes().intact()).isFalse();
        }

        @Test
        void bufferChangedAfterTheChecksum_isCarriedAsItIs() throws IOException {
            byte[] buffer = {1, 2, 3};
            Bytes bytes = Bytes.of(buffer);
            buffer[1] = 9;
            FileRequest.Stage stage = (FileRequest.Stage) wire.sample("Stage");
            FileRequest.Stage sent = new FileRequest.Stage(
                    1, stage.list(), FileName.of("a"), new StageId(stage.stage().value()), 0, bytes, stage.replyTo());

            FileRequest.Stage received =
                    (FileRequest.Stage) wire.bulk().fromBinary(wire.bulk().toBinary(sent), "S");

            assertThat(received.bytes().crc32c()).isEqualTo(bytes.crc32c());
            assertThat(received.bytes().intact()).isFalse();
        }

        @Test
        void largestMessage_fitsItsFrameAndAllocatesItsBytesOnce() throws IOException {
            String segment = "n".repeat(FileName.MAX_SEGMENT_BYTES);
            FileName name = FileName.of((segment + "/").repeat(15) + segment);
            FileRequest.Stage stage = (FileRequest.Stage) wire.sample("Stage");
            Bytes bytes = Bytes.of(new byte[Limits.MAX_CHUNK_BYTES]);
            FileRequest.Stage sent =
                    new FileRequest.Stage(1, stage.list(), name, stage.stage(), 0, bytes, stage.replyTo());

            byte[] frame = wire.bulk().toBinary(sent);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            Object received = wire.bulk().fromBinary(frame, "S");
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

            assertThat(received).isEqualTo(sent);
            assertThat(allocated).isBetween((long) Limits.MAX_CHUNK_BYTES, Limits.MAX_CHUNK_BYTES + (64L << 10));
            assertThat((long) frame.length).isLessThan(MAX_FRAME_BYTES - (8 << 10));
        }

        private static byte[] checksummed(byte[] frame) {
            ByteBuffer buffer = ByteBuffer.wrap(frame);
            if (frame.length >= BulkSerializer.HEADER_BYTES) {
                int claimed = buffer.getInt(8);
                int covered = Math.max(0, Math.min(frame.length - BulkSerializer.HEADER_BYTES, claimed));
                CRC32C crc = new CRC32C();
                crc.update(frame, 0, 4);
                crc.update(frame, 8, BulkSerializer.HEADER_BYTES - 8 + covered);
                buffer.putInt(4, (int) crc.getValue());
            }
            return frame;
        }
    }

    @Test
    void javaSerialisedFrame_isRefused() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new ArrayList<>(List.of("gadget")));
        }
        int javaSerializer = 1;

        assertThatThrownBy(() -> wire.decode(new Wire.Frame(javaSerializer, "", ByteBuffer.wrap(bytes.toByteArray()))))
                .hasMessageContaining("serializ");
        assertThat(decode(wire.control(), bytes.toByteArray(), "fs")).isEqualTo(Result.REFUSED);
        assertThat(decode(wire.bulk(), bytes.toByteArray(), "A")).isEqualTo(Result.REFUSED);
    }
}
