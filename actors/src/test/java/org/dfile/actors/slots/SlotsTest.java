package org.dfile.actors.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.dfile.model.HostId;
import org.dfile.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A cluster's slots for each test, and its end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SlotsTest {

    static final HostId H1 = new HostId("h1");
    static final HostId H2 = new HostId("h2");
    static final HostId H3 = new HostId("h3");

    final ActorTestKit kit = ActorTestKit.create();

    @TempDir
    @Nullable
    Path directory;

    private @Nullable SlotsCluster open;

    @AfterEach
    void stop() throws StoreException {
        if (open != null) {
            open.close();
        }
    }

    @AfterAll
    void end() {
        kit.shutdownTestKit();
    }

    /** Returns a cluster of hosts that do not run yet. */
    SlotsCluster prepared(int hosts, int replicas, String own) {
        SlotsCluster cluster = new SlotsCluster(kit, Objects.requireNonNull(directory), hosts, replicas, own);
        open = cluster;
        return cluster;
    }

    SlotsCluster cluster(int hosts, int replicas, String own) throws StoreException {
        SlotsCluster cluster = prepared(hosts, replicas, own);
        cluster.startAll();
        return cluster;
    }

    static void awaitOrder(SlotsCluster cluster, Set<HostId> up) {
        await().atMost(SlotsCluster.patience())
                .untilAsserted(() -> assertThat(cluster.disorder(up)).isEmpty());
    }
}
