package org.dfile.actors;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.actors.memory.MemoryLimit;
import org.dfile.actors.peers.PeerLinks;
import org.dfile.actors.slots.PublishedRoles;
import org.dfile.actors.slots.SlotsMessage;
import org.dfile.actors.transfer.TransferSettings;
import org.dfile.model.Placement;

/** What parts of an open file are given in a test of theirs alone. */
final class FileEnvironments {

    private FileEnvironments() {}

    /** Returns those of a node without others. */
    static FileEnvironment alone(
            String settings,
            ControlledStore store,
            Executor io,
            ActorRef<FileServerMessage> server,
            ActorRef<SlotsMessage> slots,
            PeerLinks links) {
        Placement placement = new Placement(Node.ALONE);
        return new FileEnvironment(
                Node.settings(settings),
                Node.SELF,
                () -> placement,
                store.store(),
                io,
                InstantSource.system(),
                server,
                new PublishedRoles(),
                slots,
                links,
                new AheadWindow(1 << 20, Duration.ofSeconds(1)),
                TransferSettings.from(ConfigFactory.load()),
                new MemoryLimit(1 << 20));
    }
}
