package org.dfile.cluster.contract;

import java.io.IOException;
import java.util.Optional;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.FileName;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.Pending;
import org.dfile.replication.FileWrite;
import org.dfile.replication.WriteResult;

/** One file, and its slot, on the disk of a replica. */
public interface ReplicaDisk extends AutoCloseable {

    /** What both kinds of disk hold. */
    record Contents(Committed committed, Optional<Pending> pending, Optional<Ballot> promised, long floor) {}

    /**
     * Makes something durable and says how that ended.
     *
     * @param batch for an accept: what is to be accepted
     */
    WriteResult write(FileName name, FileWrite write, Optional<Batch> batch) throws IOException;

    void promise(FileName name, Ballot ballot) throws IOException;

    /** Forgets the tombstone that is committed. */
    void purge(FileName name) throws IOException;

    /** What is there, all of it on disk. */
    Contents contents(FileName name) throws IOException;

    /** Stops in order and starts again. */
    void reopen() throws IOException;

    @Override
    void close() throws IOException;
}
