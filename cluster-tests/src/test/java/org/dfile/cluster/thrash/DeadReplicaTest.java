package org.dfile.cluster.thrash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.dfile.client.DFileSystem;
import org.dfile.cluster.ForkedNode;
import org.dfile.cluster.Stages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written while a replica is dead, or hangs, does not pile up in the memory of the others. */
final class DeadReplicaTest {

    /** All of them together are more than the heap of a node. */
    private static final int FILES = 5;

    private static final int FILE_BYTES = 64 << 20;

    @TempDir
    private Path folder;

    @Test
    void write_aReplicaIsDead_othersTakeMoreThanTheirMemoryHolds() throws IOException {
        write(ForkedNode::kill);
    }

    @Test
    void write_aReplicaHangs_othersTakeMoreThanTheirMemoryHolds() throws IOException {
        write(ForkedNode::pause);
    }

    private interface Harm {
        void harm(ForkedNode node);
    }

    private void write(Harm harm) throws IOException {
        try (ThrashedCluster cluster = ThrashedCluster.start(folder, 3, 3)) {
            DFileSystem files = cluster.connect();
            harm.harm(cluster.node(2));
            byte[] content = new byte[FILE_BYTES];
            for (int file = 0; file < FILES; file++) {
                String name = "file" + file;
                Stages.untilKnown(() -> files.write(name, content));
            }
            for (int file = 0; file < FILES; file++) {
                assertThat(Stages.get(files.stat("file" + file)).length()).isEqualTo(FILE_BYTES);
            }
            assertThat(cluster.node(0).isAlive()).isTrue();
            assertThat(cluster.node(1).isAlive()).isTrue();
        }
    }
}
