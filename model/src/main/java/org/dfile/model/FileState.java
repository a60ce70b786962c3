package org.dfile.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The committed state of a name, without its bytes.
 *
 * @param exists false for a tombstone, which keeps version, hash and sessions
 * @param sessions what the file remembers for clients (I8), least recently used first
 * @param watermark version of the newest state that was made by evicting a session, {@link FileVersion#NONE} for never. Not a
 *     seq alone: of a name that was purged seqs begin anew, and who knew the old ones would be taken for up to date
 */
public record FileState(
        FileVersion version,
        ChainHash hash,
        boolean exists,
        long length,
        Instant created,
        Instant modified,
        List<Session> sessions,
        FileVersion watermark) {

    public FileState {
        sessions = List.copyOf(sessions);
    }

    public Optional<Session> session(SessionId id) {
        return sessions.stream().filter(session -> session.id().equals(id)).findFirst();
    }
}
