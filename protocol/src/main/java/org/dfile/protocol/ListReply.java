package org.dfile.protocol;

import java.util.List;
import org.dfile.model.Failure;
import org.dfile.model.FileStatus;
import org.dfile.model.Slot;
import org.dfile.protocol.peer.SlotsForm;

/** What a client can get back for a {@link ListRequest}. */
public sealed interface ListReply extends ControlMessage {

    long id();

    /**
     * Names in order, tombstones with {@code exists} false.
     *
     * @param more whether further names match
     * @param incomplete slots of which the host does not have all records: of those it does not count (I9)
     */
    record Names(
            long id,
            List<Name> names,
            boolean more,
            @SlotsForm.Packed List<Slot> incomplete) implements ListReply {
        public Names {
            names = List.copyOf(names);
            incomplete = List.copyOf(incomplete);
        }
    }

    /**
     * One name as this host has it.
     *
     * @param status of the committed state; without meaning if there is none
     * @param exists whether that is a file
     * @param pending whether the host accepted a creation or deletion of which it does not know the end: only a stat tells
     */
    record Name(FileStatus status, boolean exists, boolean pending) {}

    record ListFailed(long id, Failure failure) implements ListReply {}
}
