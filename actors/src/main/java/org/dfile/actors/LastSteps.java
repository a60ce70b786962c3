package org.dfile.actors;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.dfile.actors.slots.SlotsMessage;
import org.dfile.actors.transfer.TransferSource;
import org.dfile.store.LocalStore;

/** How a node lets its volume go, once its files have finished. */
final class LastSteps {

    private LastSteps() {}

    /** Others lead from now on; nothing is sent from here any more; the volume is closed, which may fail. */
    static CompletionStage<Done> run(
            ActorSystem<?> system,
            FileServerSettings settings,
            Neighbours neighbours,
            TransferSource transfers,
            LocalStore store,
            Executor io) {
        return AskPattern.<SlotsMessage, SlotsMessage.Left>ask(
                        neighbours.slots(), SlotsMessage.Leave::new, settings.stopTimeout(), system.scheduler())
                .handle((left, late) -> left) // in time or not, the volume is closed
                .thenCompose(left -> Blocking.run(io, () -> {
                    transfers.close();
                    store.close();
                    return Done.getInstance();
                }));
    }
}
