package org.dfile.protocol.peer;

import org.dfile.model.HostId;
import org.dfile.model.ListId;

/** From another host of the cluster. It may get lost, arrive late, twice, or before one that was sent earlier. */
public sealed interface PeerMessage permits FilePeerMessage, SlotPeerMessage {

    /** The host list of the sender. */
    ListId list();

    HostId from();
}
