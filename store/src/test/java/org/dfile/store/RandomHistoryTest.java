package org.dfile.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random batches on a few files, compared with byte arrays in memory; with restarts in between. */
class RandomHistoryTest {

    private static final int STEPS = 1_500;
    private static final int LONGEST_FILE = 500_000;

    @TempDir
    Path directory;

    private final Map<FileName, byte[]> model = new HashMap<>();
    private Random random = new Random();

    @Test
    void anyHistory_readsAsTheModel() throws Exception {
        long seed = Long.getLong("dfile.seed", System.nanoTime());
        System.out.println("replay with -Ddfile.seed=" + seed);
        random = new Random(seed);
        try (TestVolume volume = new TestVolume(directory.resolve("volume"))) {
            for (int step = 0; step < STEPS; step++) {
                FileName name = FileName.of("f" + random.nextInt(4));
                String what = "seed " + seed + ", step " + step + ", " + name;
                applyRandomBatch(volume, name);
                compare(volume, name, what);
                if (random.nextInt(200) == 0) {
                    volume.reopen();
                    compareAll(volume, what + ", after a restart");
                }
            }
            volume.reopen();
            compareAll(volume, "seed " + seed + ", at the end");
            for (FileName name : List.copyOf(model.keySet())) {
                volume.apply(name, new Operation.Delete());
            }
            assertThat(volume.store.usage().liveBytes()).isZero();
        }
    }

    private void applyRandomBatch(TestVolume volume, FileName name) throws StoreException {
        List<Operation> operations = new ArrayList<>();
        byte[] content = model.get(name);
        int count = 1 + random.nextInt(random.nextInt(10) == 0 ? 60 : 3);
        for (int i = 0; i < count; i++) {
            content = content == null ? create(operations) : change(volume, content, operations);
        }
        volume.apply(name, operations.toArray(new Operation[0]));
        if (content == null) {
            model.remove(name);
        } else {
            model.put(name, content);
        }
    }

    private static byte[] create(List<Operation> operations) {
        // A batch has one version, so at most one creation.
        operations.add(new Operation.Create());
        return new byte[0];
    }

    private byte[] change(TestVolume volume, byte[] content, List<Operation> operations) throws StoreException {
        int kind = random.nextInt(100);
        if (kind < 1 && operations.stream().noneMatch(Operation.Create.class::isInstance)) {
            operations.add(new Operation.Delete());
            return create(operations);
        }
        if (kind < 10) {
            int length = random.nextInt(10) == 0 ? 0 : random.nextInt(LONGEST_FILE);
            operations.add(new Operation.Truncate(length));
            return Arrays.copyOf(content, length);
        }
        boolean staged = kind < 25;
        byte[] bytes = new byte[staged ? random.nextInt(200_000) : smallCount()];
        random.nextBytes(bytes);
        int offset = offset(content.length, bytes.length);
        operations.add(
                staged
                        ? new Operation.WriteStaged(offset, volume.stage(bytes))
                        : new Operation.WriteInline(offset, Bytes.of(bytes)));
        int length = bytes.length == 0 ? content.length : Math.max(content.length, offset + bytes.length);
        byte[] changed = Arrays.copyOf(content, length);
        System.arraycopy(bytes, 0, changed, bytes.length == 0 ? 0 : offset, bytes.length);
        return changed;
    }

    private int smallCount() {
        return switch (random.nextInt(3)) {
            case 0 -> random.nextInt(100);
            case 1 -> random.nextInt(5_000);
            default -> 65_536 - random.nextInt(random.nextBoolean() ? 2 : 65_536);
        };
    }

    private int offset(int length, int byteCount) {
        boolean append = random.nextInt(3) == 0 && length + byteCount < LONGEST_FILE;
        return append ? length : random.nextInt(LONGEST_FILE - byteCount);
    }

    private void compareAll(TestVolume volume, String what) throws StoreException {
        for (FileName name : model.keySet()) {
            assertThat(volume.readAll(name)).as(what).isEqualTo(model.get(name));
        }
        assertThat(volume.store.usage().files()).isEqualTo(model.size());
        assertThat(volume.store.usage().bytes())
                .isEqualTo(model.values().stream()
                        .mapToLong(content -> content.length)
                        .sum());
    }

    private void compare(TestVolume volume, FileName name, String what) throws StoreException {
        byte[] content = model.get(name);
        ReadResult whole = volume.store.read(name, 0, Integer.MAX_VALUE);
        assertThat(whole.exists()).as(what).isEqualTo(content != null);
        if (content == null) {
            return;
        }
        assertThat(TestVolume.content(whole.bytes())).as(what).isEqualTo(content);
        int from = random.nextInt(content.length + 1);
        int to = from + random.nextInt(content.length - from + 1);
        assertThat(volume.read(name, from, to - from)).as(what).isEqualTo(Arrays.copyOfRange(content, from, to));
    }
}
