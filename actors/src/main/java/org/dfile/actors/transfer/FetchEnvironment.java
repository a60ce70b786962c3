package org.dfile.actors.transfer;

import java.util.concurrent.Executor;
import org.dfile.actors.memory.MemoryLimit;
import org.dfile.actors.peers.PeerLinks;
import org.dfile.model.HostId;
import org.dfile.model.ListId;
import org.dfile.store.LocalStore;

/**
 * What the fetches of a node share.
 *
 * @param memory counts the bytes that were asked for and are not on the disk yet
 * @param store takes what is fetched
 * @param io threads for blocking work on the disk
 */
public record FetchEnvironment(
        TransferSettings settings,
        MemoryLimit memory,
        HostId self,
        ListId list,
        PeerLinks links,
        LocalStore store,
        Executor io) {}
