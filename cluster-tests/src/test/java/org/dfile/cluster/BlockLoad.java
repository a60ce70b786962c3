package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.dfile.client.DFile;
import org.dfile.client.DFileSystem;
import org.dfile.model.Receipt;

/**
 * Overwrites blocks of one open file in place, several at a time, each block by one write at a time. A block holds its
 * version all over. Afterwards it must be whole, and of the version acknowledged last or one tried since.
 */
final class BlockLoad extends Load {

    private static final int BLOCKS = 16;
    private static final int BLOCK_BYTES = 6_000;

    private final DFile file;
    private final List<List<Long>> possible = new ArrayList<>();

    BlockLoad(DFileSystem files, String name) {
        super(BLOCKS);
        this.file = Stages.untilKnown(() -> files.open(name, "w+"));
        for (int block = 0; block < BLOCKS; block++) {
            possible.add(new ArrayList<>(List.of(0L)));
        }
        Receipt zeros = Stages.untilKnown(() -> file.truncate((long) BLOCKS * BLOCK_BYTES));
        assertThat(zeros.length()).isEqualTo(BLOCKS * BLOCK_BYTES);
        for (int block = 0; block < BLOCKS; block++) {
            next(block, 1);
        }
    }

    private void next(int block, long version) {
        possible.get(block).add(version);
        file.writeAt((long) block * BLOCK_BYTES, content(version))
                .whenComplete((receipt, error) -> ended(
                        error,
                        () -> possible.get(block).retainAll(List.of(version)),
                        () -> possible.get(block).remove(version),
                        () -> next(block, version + 1)));
    }

    @Override
    void verify(DFileSystem reader) {
        assertThat(acknowledged()).isPositive();
        ByteBuffer all = ByteBuffer.wrap(Stages.get(reader.readAll(file.name().toString())));
        assertThat(all.remaining()).isEqualTo(BLOCKS * BLOCK_BYTES);
        for (int block = 0; block < BLOCKS; block++) {
            ByteBuffer stored = all.slice(block * BLOCK_BYTES, BLOCK_BYTES);
            assertThat(possible.get(block))
                    .as(
                            "versions of which block %s of %s may hold one; it begins with %s",
                            block, file.name(), stored.getLong(0))
                    .anyMatch(version -> stored.equals(content(version)));
        }
    }

    private static ByteBuffer content(long version) {
        ByteBuffer content = ByteBuffer.allocate(BLOCK_BYTES);
        while (content.hasRemaining()) {
            content.putLong(version);
        }
        return content.flip();
    }
}
