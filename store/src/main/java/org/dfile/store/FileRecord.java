package org.dfile.store;

import java.time.Instant;
import java.util.List;
import org.dfile.model.ChainHash;
import org.dfile.model.FileVersion;

/**
 * What is stored under a name: the state of the file without bytes and sessions, which are keys of their own under its
 * {@code id}. The id stays with the name for ever, over all generations.
 */
record FileRecord(
        long id,
        FileVersion version,
        ChainHash hash,
        boolean exists,
        long length,
        Instant created,
        Instant modified,
        long watermark) {

    FileState state(List<Session> sessions) {
        return new FileState(version, hash, exists, length, created, modified, sessions, watermark);
    }
}
