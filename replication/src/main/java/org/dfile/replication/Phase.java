package org.dfile.replication;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.dfile.model.Ballot;
import org.dfile.model.HostId;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.StateId;

/** What the coordinator of a file is doing, see {@link FileCoordinator}. */
sealed interface Phase {

    /** The ballot under which the file is coordinated. */
    Optional<Ballot> ballot();

    /** Returns an independent phase in the same state. */
    default Phase copy() {
        return this;
    }

    /** It coordinates nothing. */
    record Idle() implements Phase {
        @Override
        public Optional<Ballot> ballot() {
            return Optional.empty();
        }
    }

    record Querying(Ballot in, long round, Map<HostId, FileMessage.Answer> answers) implements Phase {
        @Override
        public Optional<Ballot> ballot() {
            return Optional.of(in);
        }

        @Override
        public Phase copy() {
            return new Querying(in, round, new HashMap<>(answers));
        }
    }

    /** Until the own replica holds the state, and the bytes of the batch that is to be proposed again. */
    record Gathering(Ballot in, Survey survey, boolean batchAsked, boolean batchHere) implements Phase {
        @Override
        public Optional<Ballot> ballot() {
            return Optional.of(in);
        }
    }

    /**
     * A batch is on its way to the replicas.
     *
     * @param found whether an earlier coordinator had proposed it
     * @param holders who said to have committed it
     */
    record Proposing(
            Ballot in,
            StateId before,
            StateId id,
            Set<HostId> accepted,
            boolean found,
            boolean chosen,
            long floor,
            Set<HostId> holders)
            implements Phase {
        @Override
        public Optional<Ballot> ballot() {
            return Optional.of(in);
        }

        @Override
        public Phase copy() {
            return new Proposing(in, before, id, new HashSet<>(accepted), found, chosen, floor, new HashSet<>(holders));
        }
    }

    /**
     * The committed state answers reads, and the next batch may be proposed.
     *
     * @param holders who said to hold it
     */
    record Serving(Ballot in, Committed base, long floor, Set<HostId> holders) implements Phase {
        @Override
        public Optional<Ballot> ballot() {
            return Optional.of(in);
        }

        @Override
        public Phase copy() {
            return new Serving(in, base, floor, new HashSet<>(holders));
        }
    }
}
