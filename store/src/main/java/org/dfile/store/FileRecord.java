package org.dfile.store;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.dfile.model.Ballot;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Session;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.StateId;
import org.jspecify.annotations.Nullable;

/**
 * What is stored under a name: the state of the file without bytes and sessions, which are keys of their own under its
 * {@code id}. The id stays with the name for ever, over all generations.
 *
 * @param ballot in which this replica accepted the state or heard that it was chosen; null if it never was one of several
 * @param change number of the change that made this state, see {@link ReplicaStore#changedSince}
 */
record FileRecord(
        long id,
        FileVersion version,
        ChainHash hash,
        boolean exists,
        long length,
        Instant created,
        Instant modified,
        FileVersion watermark,
        @Nullable Ballot ballot,
        long change) {

    FileState state(List<Session> sessions) {
        return new FileState(version, hash, exists, length, created, modified, sessions, watermark);
    }

    FileRecord withChange(long number) {
        return new FileRecord(id, version, hash, exists, length, created, modified, watermark, ballot, number);
    }

    Committed committed() {
        return new Committed(new StateId(version, hash), !exists, Optional.ofNullable(ballot));
    }

    Footprint footprint(FileName name) {
        return new Footprint(id, change, exists, length, digest(name));
    }

    /** Returns 64 bits that depend on what replicas must agree about: name, version and history. */
    long digest(FileName name) {
        MessageDigest sha = sha256();
        sha.update(name.utf8());
        sha.update((byte) 0); // no name has it
        sha.update(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(version.generation())
                .putLong(version.seq())
                .flip());
        sha.update(hash.bytes());
        return ByteBuffer.wrap(sha.digest()).getLong();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
