package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.dfile.client.DFileSystem;
import org.dfile.cluster.Strace.Call;
import org.dfile.model.Bytes;
import org.dfile.model.Receipt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a node really asks of the system, seen by strace: no reply that acknowledges a change begins to leave before the
 * sync that covers the change has returned, of the records' log and, for large changes, of the data file before that.
 *
 * <p>Changes are made one after the other. A reply is known by the receipt's checksum in it, which is drawn so that it
 * takes four bytes and is nowhere else. What a node writes between two replies belongs to the change of the second.
 */
final class SyncBeforeReplyTest {

    private static final int CHANGES = 24;

    /** Every fourth change is a large one, of several sizes. */
    private static final List<Integer> LARGE = List.of(70_000, 150_000, 300_000, 1 << 20);

    /** One change and what its receipt says. */
    private record Acknowledged(int number, int byteCount, int crc32c) {

        boolean isLarge() {
            return byteCount > 64 << 10;
        }

        /** The checksum as CBOR has it: a 32-bit number, positive or negative. */
        byte[] mark() {
            return ByteBuffer.allocate(5)
                    .put((byte) (crc32c < 0 ? 0x3A : 0x1A))
                    .putInt(crc32c < 0 ? ~crc32c : crc32c)
                    .array();
        }
    }

    private final SplittableRandom random = new SplittableRandom(Seeds.seed("sync before reply"));

    @TempDir
    private Path folder;

    @BeforeEach
    void needStrace() {
        Strace.need("the test of syncs before replies");
    }

    @Test
    void noReply_leavesBeforeTheSyncThatCoversIt() throws IOException {
        Path trace = folder.resolve("trace");
        List<String> strace = new ArrayList<>(List.of("strace", "-o", trace.toString()));
        strace.addAll(Strace.OPTIONS);
        List<Acknowledged> changes = new ArrayList<>();
        try (ForkedCluster cluster = ForkedCluster.start(folder, 1, home -> home, strace)) {
            DFileSystem files = cluster.connect();
            for (int number = 0; number < CHANGES; number++) {
                changes.add(change(files, number));
            }
        }
        List<Call> calls = Strace.read(trace);
        long begin = -1;
        for (Acknowledged change : changes) {
            Call reply = reply(calls, change, begin);
            assertSynced(calls, change, begin, reply.began());
            begin = reply.began();
        }
    }

    private Acknowledged change(DFileSystem files, int number) {
        byte[] content = content(number % 4 == 3 ? LARGE.get(number / 4 % LARGE.size()) : 1 + random.nextInt(4_000));
        ByteBuffer buffer = ByteBuffer.wrap(content);
        Receipt receipt = Stages.get(
                switch (number % 3) {
                    case 0 -> files.write("synced/" + number, buffer, org.dfile.model.WriteMode.CREATE_NEW);
                    case 1 -> files.append("synced/log", buffer);
                    default -> files.write("synced/same", buffer, org.dfile.model.WriteMode.REPLACE);
                });
        assertThat(receipt.crc32c()).isEqualTo(Bytes.of(content).crc32c());
        return new Acknowledged(number, content.length, receipt.crc32c());
    }

    /** Returns bytes whose checksum takes four bytes in CBOR. */
    private byte[] content(int byteCount) {
        while (true) {
            byte[] content = Seeds.bytes(random, byteCount);
            int crc = Bytes.of(content).crc32c();
            if (Math.abs((long) crc) > 1 << 24) {
                return content;
            }
        }
    }

    private static Call reply(List<Call> calls, Acknowledged change, long after) {
        List<Call> found = calls.stream()
                .filter(call -> call.isSocket() && call.began() > after && call.holds(change.mark()))
                .toList();
        assertThat(found).as("replies to %s after line %s", change, after).hasSize(1);
        return found.get(0);
    }

    private static void assertSynced(List<Call> calls, Acknowledged change, long after, long before) {
        List<Call> between = calls.stream()
                .filter(call -> call.began() > after && call.began() < before && !call.isSocket())
                .toList();
        Call record = lastWrite(between, change, file -> file.endsWith(".log"));
        assertSynced(between, record, change, before);
        if (change.isLarge()) {
            Call data = lastWrite(
                    between.stream()
                            .filter(call -> call.began() < record.began())
                            .toList(),
                    change,
                    file -> file.endsWith(".data"));
            assertSynced(between, data, change, record.began());
        }
    }

    private static Call lastWrite(List<Call> calls, Acknowledged change, Predicate<String> file) {
        List<Call> writes = calls.stream()
                .filter(call -> !call.isSync() && call.bytes().hasRemaining() && file.test(call.file()))
                .filter(call -> !call.file().contains("node.log"))
                .toList();
        assertThat(writes)
                .as(
                        "writes for %s among %s",
                        change, calls.stream().map(Call::file).distinct().toList())
                .isNotEmpty();
        return writes.get(writes.size() - 1);
    }

    private static void assertSynced(List<Call> calls, Call write, Acknowledged change, long before) {
        assertThat(calls)
                .as(
                        "syncs of %s, written at line %s for %s, that returned before line %s",
                        write.file(), write.began(), change, before)
                .anyMatch(call -> call.isSync()
                        && call.file().equals(write.file())
                        && call.began() > write.ended()
                        && call.ended() < before
                        && call.result() == 0);
    }
}
