package org.dfile.actors.peers;

import org.dfile.model.HostId;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.protocol.peer.SlotPeerMessage;

/**
 * The ways from this node to the others. What is sent may get lost, arrive late, twice, or before what was sent earlier;
 * nobody is told. What goes to a host that is not in the list is lost. To be used by any thread.
 */
public interface PeerLinks {

    /** Sends to the file server of a host; what has many bytes goes by the connection for large messages. */
    void toFiles(HostId to, FilePeerMessage message);

    /** Sends to the slots of a host. */
    void toSlots(HostId to, SlotPeerMessage message);

    /** Passes a client's request on; the host answers the client itself, and does not pass it on again. */
    void forward(HostId to, FileRequest request);

    /** The host was heard of in a life that is new: what is known of the way to it no longer holds. */
    void newLife(HostId host);
}
