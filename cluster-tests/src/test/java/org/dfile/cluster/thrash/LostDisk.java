package org.dfile.cluster.thrash;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.dfile.client.DFileSystem;
import org.dfile.manager.cluster.HostListDecision;
import org.dfile.manager.cluster.HostListDecision.Decided;
import org.dfile.model.Host;
import org.dfile.model.HostList;
import org.dfile.model.VolumeId;

/** Gives a host an empty disk for one that is lost, as {@code dfile replace-disk} does. */
final class LostDisk {

    /** All slots come back one after the other, a few at a time, beside the clients' load. */
    private static final Duration VOTES_WITHIN = Duration.ofMinutes(3);

    private LostDisk() {}

    /** Has the others decide, starts the host, and returns when it votes for all that it keeps. */
    static void replace(ThrashedCluster cluster, int index) {
        long began = System.nanoTime();
        long end = began + VOTES_WITHIN.toNanos();
        Host host = cluster.list().hosts().get(index);
        HostList next = HostListDecision.withVolume(cluster.list(), host.id(), new VolumeId(UUID.randomUUID()));
        try (DFileSystem files = cluster.connect()) {
            decide(files, next, end);
        }
        cluster.startAfresh(index, next);
        try (CopiesWatch watch = new CopiesWatch(next)) {
            watch.awaitVotes(host, Duration.ofNanos(end - System.nanoTime()));
        }
        long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
        System.out.println("  " + host.id() + " votes again " + millis / 1000.0 + " s after it got a new disk");
    }

    private static void decide(DFileSystem files, HostList next, long end) {
        try {
            HostListDecision.Outcome outcome = HostListDecision.decide(files, next);
            while (!(outcome instanceof Decided)) {
                assertThat(System.nanoTime() - end)
                        .as("%s within %s", outcome, VOTES_WITHIN)
                        .isNegative();
                outcome = HostListDecision.decide(files, next);
            }
            assertThat(((Decided) outcome).list()).isEqualTo(next);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
