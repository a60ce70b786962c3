package org.dfile.manager.replicas;

import java.util.List;
import org.dfile.model.FileName;
import org.dfile.model.HostList;

/** Asks the hosts that keep a file what they hold of it. */
public interface ReplicaSource extends AutoCloseable {

    /** Returns an answer for each of the R hosts, in the order in which they should coordinate. Waits for a short while. */
    List<ReplicaAnswer> ask(HostList list, FileName name);

    @Override
    void close();
}
