package org.dfile.actors;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.model.HostId;
import org.dfile.store.FileStore;

/**
 * What all open files of a node share.
 *
 * @param io threads for blocking work on the disk
 * @param clock gives the time that a batch is decided at
 */
record FileEnvironment(
        FileServerSettings settings,
        HostId self,
        FileStore store,
        Executor io,
        InstantSource clock,
        ActorRef<FileServerMessage> server) {}
