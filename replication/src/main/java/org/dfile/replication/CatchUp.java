package org.dfile.replication;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.dfile.model.HostId;
import org.dfile.model.replica.StateId;

/**
 * How replicas of one file follow while writes go on. One that is behind fetches the state as it is then; meanwhile writers
 * go on, so it may be behind again. After {@value #ROUNDS} rounds like that the coordinator makes its writers wait for it:
 * no batch is proposed until it has caught up, or makes no progress for a while. Of one thread; times are given to it.
 */
public final class CatchUp {

    /** Rounds after which writers wait. */
    public static final int ROUNDS = 3;

    private record Straggler(StateId committed, int rounds, long progressAt) {}

    private final long patienceMillis;
    private final Map<HostId, Straggler> stragglers = new HashMap<>();

    /** @param patienceMillis how long writers wait for a replica that makes no progress */
    public CatchUp(long patienceMillis) {
        this.patienceMillis = patienceMillis;
    }

    /**
     * A replica said that it does not hold what it would need.
     *
     * @param committed what it holds
     */
    public void behind(HostId replica, StateId committed, long nowMillis) {
        Straggler before = stragglers.get(replica);
        if (before == null) {
            stragglers.put(replica, new Straggler(committed, 1, nowMillis));
        } else if (committed.isAbove(before.committed)) { // it has got a state, and that was not enough
            stragglers.put(replica, new Straggler(committed, before.rounds + 1, nowMillis));
        }
    }

    /** A replica accepted the batch under way, or holds the state that it made. */
    public void inStep(HostId replica) {
        stragglers.remove(replica);
    }

    /** The host coordinates the file no longer. */
    public void clear() {
        stragglers.clear();
    }

    /** Returns a replica that the next batch is to wait for, if there is one. */
    public Optional<HostId> waitsFor(long nowMillis) {
        return stragglers.entrySet().stream()
                .filter(entry ->
                        entry.getValue().rounds >= ROUNDS && nowMillis - entry.getValue().progressAt < patienceMillis)
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
