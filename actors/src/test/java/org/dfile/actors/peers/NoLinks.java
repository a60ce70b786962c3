package org.dfile.actors.peers;

import org.dfile.model.HostId;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.protocol.peer.SlotPeerMessage;

/** The ways from a host that has nothing to say to anybody. A test overrides those by which its host does. */
public class NoLinks implements PeerLinks {

    @Override
    public void toFiles(HostId to, FilePeerMessage message) {
        throw new AssertionError("to files of " + to + ": " + message);
    }

    @Override
    public void toSlots(HostId to, SlotPeerMessage message) {
        throw new AssertionError("to slots of " + to + ": " + message);
    }

    @Override
    public void forward(HostId to, FileRequest request) {
        throw new AssertionError("passed on to " + to + ": " + request);
    }

    @Override
    public void newLife(HostId host) {
        throw new AssertionError("a new life of " + host);
    }
}
