package org.dfile.actors;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.replication.QuorumRead;
import org.dfile.replication.ReplicaSet;

/**
 * Reads of one file at a host that does not lead its slot, by consistent quorum ({@link QuorumRead}). Used by the file's
 * actor alone.
 */
final class QuorumReads {

    /** What became of a read. */
    record Ended(Accepted accepted, boolean agreed) {}

    private record Open(Accepted accepted, QuorumRead read, long sinceNanos) {}

    private final FileName name;
    private final FileEnvironment environment;
    private final ReplicaSet replicas;
    private final Map<Long, Open> open = new HashMap<>();
    private long lastNumber;

    QuorumReads(FileName name, FileEnvironment environment, ReplicaSet replicas) {
        this.name = name;
        this.environment = environment;
        this.replicas = replicas;
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** Begins a read that has just arrived. */
    Optional<Ended> begin(Accepted accepted, Optional<QuorumRead.Report> own) {
        lastNumber++;
        QuorumRead read = new QuorumRead(replicas);
        open.put(lastNumber, new Open(accepted, read, System.nanoTime()));
        FilePeerMessage.AskReport ask =
                new FilePeerMessage.AskReport(environment.list(), environment.self(), name, lastNumber);
        replicas.others().forEach(other -> environment.links().toFiles(other, ask));
        own.ifPresent(report -> read.on(environment.self(), report));
        return own.flatMap(report -> end(lastNumber, report.committed()));
    }

    /** @param own what this host holds: only that can be answered from here */
    Optional<Ended> on(FilePeerMessage.Report report, StateId own) {
        Open one = open.get(report.read());
        if (one == null) {
            return Optional.empty();
        }
        HostId from = report.from();
        one.read().on(from, new QuorumRead.Report(report.committed(), report.pending()));
        return end(report.read(), own);
    }

    private Optional<Ended> end(long number, StateId own) {
        Open one = open.get(number);
        if (one == null) {
            return Optional.empty();
        }
        Optional<StateId> agreed = one.read().agreed();
        if (agreed.isEmpty() && one.read().isOpen()) {
            return Optional.empty();
        }
        open.remove(number);
        // A state above the one agreed upon was chosen later, or will be: it may be answered too.
        return Optional.of(
                new Ended(one.accepted(), agreed.filter(id -> !id.isAbove(own)).isPresent()));
    }

    /** Takes out the reads that have waited for too long. */
    List<Accepted> late(Duration patience) {
        long limitNanos = System.nanoTime() - patience.toNanos();
        List<Accepted> late = new ArrayList<>();
        open.values().removeIf(one -> {
            boolean over = one.sinceNanos() - limitNanos <= 0;
            if (over) {
                late.add(one.accepted());
            }
            return over;
        });
        return late;
    }
}
