package org.dfile.actors.slots;

import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.dfile.actors.memory.MemoryLimit;
import org.dfile.actors.transfer.Fetch;
import org.dfile.actors.transfer.Fetched;
import org.dfile.actors.transfer.Pace;
import org.dfile.actors.transfer.Wanted;
import org.dfile.protocol.SlotRequest;

/** Fetches states and batches from other hosts; what came of it comes back to the actor's thread. */
final class Fetches {

    /** A fetch has ended; the actor runs this. */
    record Ended(Runnable then) implements SlotsMessage {}

    private final ActorContext<SlotRequest> context;
    private final SlotsNode node;
    private final Pace pace;
    private final MemoryLimit memory;

    Fetches(ActorContext<SlotRequest> context, SlotsNode node, Pace pace) {
        this.context = context;
        this.node = node;
        this.pace = pace;
        this.memory = new MemoryLimit(node.transfers().maxFetchBytes());
    }

    void fetch(Wanted wanted, Consumer<Fetched> then) {
        ActorRef<SlotRequest> self = context.getSelf();
        Fetch.spawn(
                context,
                node.fetching(memory),
                wanted,
                pace,
                fetched -> self.tell(new Ended(() -> then.accept(fetched))));
    }
}
