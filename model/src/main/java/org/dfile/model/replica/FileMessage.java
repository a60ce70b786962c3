package org.dfile.model.replica;

import java.util.Optional;
import org.dfile.model.Ballot;

/** What replicas of one file say to each other. Bytes and batches go along with it by the state id that names them. */
public sealed interface FileMessage {

    /** From the coordinator. */
    sealed interface ToReplica extends FileMessage {}

    /** To the coordinator of a ballot. */
    sealed interface ToCoordinator extends FileMessage {
        Ballot ballot();
    }

    /** Asks for what the replica holds, to take the file over (I6). */
    record Query(Ballot ballot, long round) implements ToReplica {}

    /**
     * Asks to accept the batch that makes {@code id} out of {@code before}. That {@code before} is committed is said by
     * it too (I3).
     */
    record Accept(Ballot ballot, StateId before, StateId id) implements ToReplica {}

    /** Says that a state is chosen. */
    record Commit(Ballot ballot, StateId id) implements ToReplica {}

    /** What a replica holds that promised the ballot of the query. */
    record Answer(Ballot ballot, long round, Committed committed, Optional<Pending> pending, long floor)
            implements ToCoordinator {}

    /** The batch is on disk, under the promise of its ballot. */
    record Accepted(Ballot ballot, StateId id) implements ToCoordinator {}

    /** The committed state of the replica, said when it got there or was asked to go where it is already. */
    record Holds(Ballot ballot, StateId id) implements ToCoordinator {}

    /** The replica does not hold what it would need (I4); it fetches that. */
    record Behind(Ballot ballot, StateId id) implements ToCoordinator {}

    /** The replica promised a higher ballot (I2). */
    record Refused(Ballot ballot, Ballot promised) implements ToCoordinator {}

    /** The replica has not promised the ballot of the query yet; it is to be prepared first. */
    record NotPromised(Ballot ballot) implements ToCoordinator {}

    /** The name has no record, and the generation is not above the slot's floor (I15). */
    record BelowFloor(Ballot ballot, long floor) implements ToCoordinator {}
}
