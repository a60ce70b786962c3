package org.dfile.protocol;

import java.util.List;
import org.dfile.model.Failure;
import org.dfile.model.FileStatus;

/** What a client can get back for a {@link ListRequest}. */
public sealed interface ListReply extends ControlMessage {

    long id();

    /** Names in order, tombstones with {@code exists} false; {@code more} tells whether further names match. */
    record Names(long id, List<Name> names, boolean more) implements ListReply {
        public Names {
            names = List.copyOf(names);
        }
    }

    record Name(FileStatus status, boolean exists) {}

    record ListFailed(long id, Failure failure) implements ListReply {}
}
