package org.dfile.model;

import java.time.Instant;
import java.util.List;

/**
 * One step of a file's history: everything that was decided together, nothing left to decide for the store.
 *
 * @param version of the state that the batch makes: seq is that of the state before plus one; generation is raised by
 *     a {@link Operation.Create}, and by the first batch of a name without a record; else it stays
 * @param hash chain hash of that state
 * @param time when the coordinator decided it; becomes the modification time if there are operations
 * @param operations in the order in which they take effect; may be none, if only sessions change
 * @param sessions sessions as they are after the batch, those that changed
 * @param evicted sessions that the file forgets with this batch
 * @param watermark the eviction watermark after the batch
 */
public record Batch(
        FileVersion version,
        ChainHash hash,
        Instant time,
        List<Operation> operations,
        List<Session> sessions,
        List<SessionId> evicted,
        FileVersion watermark) {

    public Batch {
        operations = List.copyOf(operations);
        sessions = List.copyOf(sessions);
        evicted = List.copyOf(evicted);
    }

    /** Returns the same step with its operations written in another way. */
    public Batch withOperations(List<Operation> others) {
        return new Batch(version, hash, time, others, sessions, evicted, watermark);
    }
}
