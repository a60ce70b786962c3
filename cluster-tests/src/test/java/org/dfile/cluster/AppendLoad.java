package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.dfile.client.DFileSystem;
import org.dfile.model.Receipt;

/**
 * Appends records to several files until told to stop, several at a time each, and knows afterwards what must be there.
 * A record is its number, its byte count and bytes made from the number, so a file can be read back record by record.
 */
final class AppendLoad extends Load {

    private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;
    private static final int MAX_SMALL_BYTES = 3_000;
    private static final int MAX_LARGE_BYTES = 200_000;

    private record Acknowledged(String file, long record, Receipt receipt) {}

    private final DFileSystem files;
    private final List<String> names = new ArrayList<>();
    private final AtomicLong nextRecord = new AtomicLong();
    private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<Long> notExecuted = new ConcurrentLinkedQueue<>();

    AppendLoad(DFileSystem files, String prefix, int fileCount, int inFlight) {
        super(fileCount * inFlight);
        this.files = files;
        for (int file = 0; file < fileCount; file++) {
            String name = prefix + "/" + file;
            names.add(name);
            for (int chain = 0; chain < inFlight; chain++) {
                appendNext(name);
            }
        }
    }

    private void appendNext(String name) {
        long record = nextRecord.getAndIncrement();
        files.append(name, bytesOf(record))
                .whenComplete((receipt, error) -> ended(
                        error,
                        () -> acknowledged.add(new Acknowledged(name, record, receipt)),
                        () -> notExecuted.add(record),
                        () -> appendNext(name)));
    }

    /** Every record is there at most once and whole, and every acknowledged one is where its receipt says. */
    @Override
    void verify(DFileSystem reader) {
        assertThat(acknowledged).isNotEmpty();
        Map<String, Map<Long, Integer>> offsets = new HashMap<>();
        for (String name : names) {
            offsets.put(name, recordsOf(name, Stages.get(reader.readAll(name))));
        }
        for (Map<Long, Integer> there : offsets.values()) {
            assertThat(there).doesNotContainKeys(notExecuted.toArray(Long[]::new));
        }
        for (Acknowledged each : acknowledged) {
            assertThat(offsets.get(each.file()))
                    .as("record %s of %s, acknowledged as %s", each.record(), each.file(), each.receipt())
                    .containsEntry(each.record(), (int) each.receipt().offset());
        }
    }

    private static Map<Long, Integer> recordsOf(String name, byte[] content) {
        Map<Long, Integer> offsets = new HashMap<>();
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
            int offset = buffer.position();
            assertThat(buffer.remaining())
                    .as("bytes of a record at %s of %s", offset, name)
                    .isGreaterThan(HEADER_BYTES);
            long record = buffer.getLong();
            int byteCount = buffer.getInt();
            assertThat(byteCount).as("byte count at %s of %s", offset, name).isBetween(0, buffer.remaining());
            byte[] expected = bytesOf(record);
            assertThat(buffer.slice(offset, HEADER_BYTES + byteCount))
                    .as("record %s at %s of %s", record, offset, name)
                    .isEqualTo(ByteBuffer.wrap(expected));
            assertThat(offsets.put(record, offset))
                    .as("record %s twice in %s", record, name)
                    .isNull();
            buffer.position(offset + expected.length);
        }
        return offsets;
    }

    private static byte[] bytesOf(long record) {
        SplittableRandom random = new SplittableRandom(record);
        byte[] body = Seeds.bytes(random, random.nextInt(record % 50 == 0 ? MAX_LARGE_BYTES : MAX_SMALL_BYTES));
        return ByteBuffer.allocate(HEADER_BYTES + body.length)
                .putLong(record)
                .putInt(body.length)
                .put(body)
                .array();
    }
}
