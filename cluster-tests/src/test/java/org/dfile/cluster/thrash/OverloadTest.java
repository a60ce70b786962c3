package org.dfile.cluster.thrash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFileSystem;
import org.dfile.cluster.FormedLists;
import org.dfile.cluster.Stages;
import org.dfile.model.Receipt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients say again and again to a node that is slow does not pile up in its memory. */
final class OverloadTest {

    private static final int CLIENTS = 8;

    /** Long enough for everything to be said several times, short enough for calls to be answered. */
    private static final int HANGING_MILLIS = 4_000;

    @TempDir
    private Path folder;

    @Test
    void write_aNodeHung_itTakesAllThatHasPiledUp() throws IOException {
        byte[] content = new byte[20 << 20];
        int calls = 3 * CLIENTS;
        int answered =
                overload(Duration.ofSeconds(30), calls, (files, number) -> files.write("file" + number, content));
        assertThat(answered).isEqualTo(calls);
    }

    /** So many that the node cannot do them all in time. */
    @Test
    void append_aNodeHung_itLives() throws IOException {
        byte[] content = new byte[60 << 10]; // comes with what is small
        overload(
                Duration.ofSeconds(8),
                1_000 * CLIENTS,
                (files, number) -> files.append("file" + number % 100, content));
    }

    /** Returns how many of the calls were acknowledged. The node must live and go on serving whatever became of them. */
    private int overload(Duration deadline, int count, BiFunction<DFileSystem, Integer, CompletionStage<Receipt>> call)
            throws IOException {
        List<DFileSystem> clients = new ArrayList<>();
        try (ThrashedCluster cluster = ThrashedCluster.start(folder, 1, 1)) {
            for (int client = 0; client < CLIENTS; client++) {
                clients.add(Stages.get(DFileSystem.connect(ClientSettings.builder()
                        .contacts(FormedLists.addresses(cluster.list()))
                        .deadline(deadline)
                        .build())));
            }
            cluster.node(0).pause();
            List<CompletionStage<Receipt>> calls = new ArrayList<>();
            for (int one = 0; one < count; one++) {
                calls.add(call.apply(clients.get(one % CLIENTS), one));
            }
            Rest.millis(HANGING_MILLIS);
            cluster.node(0).resume();
            int answered = 0;
            for (CompletionStage<Receipt> one : calls) {
                answered += Stages.get(one.handle((receipt, error) -> error == null)) ? 1 : 0;
            }
            Stages.untilKnown(() -> clients.get(0).write("after", new byte[1]));
            assertThat(cluster.node(0).isAlive()).isTrue();
            return answered;
        } finally {
            clients.forEach(DFileSystem::close);
        }
    }
}
