package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import org.dfile.client.DFileException;
import org.dfile.client.DFileSystem;
import org.dfile.model.Failure;
import org.dfile.model.WriteMode;

/**
 * Replaces whole files, small and of several chunks, until told to stop; one write at a time per file. Afterwards each
 * file must hold what was acknowledged last, or whole what was tried since without an answer.
 */
final class PutLoad extends Load {

    private static final List<Integer> SIZES = List.of(100, 5_000, 65_536, 70_000, 1_500_000);

    /** One file; only one of its writes is under way, so nobody else looks at it meanwhile. */
    private static final class Target {
        private final String name;
        private final List<Long> possible = new ArrayList<>(List.of(0L));
        private long version;

        private Target(String name) {
            this.name = name;
        }
    }

    private final DFileSystem files;
    private final List<Target> targets = new ArrayList<>();

    PutLoad(DFileSystem files, String prefix, int fileCount) {
        super(fileCount);
        this.files = files;
        for (int file = 0; file < fileCount; file++) {
            targets.add(new Target(prefix + "/" + file));
        }
        targets.forEach(this::next);
    }

    private void next(Target target) {
        target.version++;
        target.possible.add(target.version);
        byte[] content = content(target.name, target.version);
        files.write(target.name, ByteBuffer.wrap(content), WriteMode.REPLACE)
                .whenComplete((receipt, error) -> ended(
                        error,
                        () -> target.possible.retainAll(List.of(target.version)),
                        () -> target.possible.remove(target.version),
                        () -> next(target)));
    }

    @Override
    void verify(DFileSystem reader) {
        assertThat(acknowledged()).isPositive();
        for (Target target : targets) {
            byte[] stored = readOrEmpty(reader, target.name);
            assertThat(target.possible)
                    .as("versions of which %s may hold one, whole; it has %s bytes", target.name, stored.length)
                    .anyMatch(
                            version -> ByteBuffer.wrap(stored).equals(ByteBuffer.wrap(content(target.name, version))));
        }
    }

    private static byte[] readOrEmpty(DFileSystem reader, String name) {
        return Stages.get(reader.readAll(name).exceptionally(error -> {
            if (DFileException.failureOf(error).orElse(null) instanceof Failure.NoSuchFile) {
                return new byte[0];
            }
            throw new CompletionException(error);
        }));
    }

    /** Version 0 stands for a file that is not there. */
    private static byte[] content(String name, long version) {
        SplittableRandom random = new SplittableRandom(name.hashCode() * 31L + version);
        return version == 0 ? new byte[0] : Seeds.bytes(random, SIZES.get(random.nextInt(SIZES.size())));
    }
}
