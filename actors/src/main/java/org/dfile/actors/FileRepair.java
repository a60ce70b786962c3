package org.dfile.actors;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.dfile.actors.transfer.Fetched;
import org.dfile.actors.transfer.Wanted;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.replica.StateId;
import org.dfile.store.IncomingState;
import org.dfile.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * Puts whole bytes in the place of damaged ones of one file (I14): fetches the state that is committed here, from one other
 * replica after the other until one has all of it. The state itself does not change, so nobody is asked and nothing has to
 * be voted on. Used by the file's actor alone.
 *
 * <pre>
 *   idle --begin--> fetching --arrived--> storing --stored--> (told) idle
 *                      \--no host left--> (told) idle
 *   fetching, storing --the file has gone on--> fetching, a few times
 * </pre>
 */
final class FileRepair {

    /** How often it begins anew because the file was changed meanwhile; then it is tried another time. */
    private static final int MAX_STARTS = 3;

    /** To the file's actor: something it waits for has ended. */
    sealed interface Step extends OpenFileMessage permits Arrived, Stored, NotStored {}

    /** A fetch has ended. */
    record Arrived(HostId from, Fetched fetched) implements Step {}

    /** @param same false if the committed state is another one by now; then nothing was changed */
    private record Stored(HostId from, boolean same) implements Step {}

    /** It could not be put on disk. */
    record NotStored(HostId from, Throwable error) implements Step {}

    private final FileName name;
    private final FileEnvironment environment;
    private final ActorContext<OpenFileMessage> context;
    private final FileFetches fetches;
    private final OneWrite oneWrite;
    private final Deque<HostId> left = new ArrayDeque<>();
    private @Nullable StateId wanted;
    private int starts;
    private String why = "";

    FileRepair(
            FileName name,
            FileEnvironment environment,
            ActorContext<OpenFileMessage> context,
            FileFetches fetches,
            OneWrite oneWrite) {
        this.name = name;
        this.environment = environment;
        this.context = context;
        this.fetches = fetches;
        this.oneWrite = oneWrite;
    }

    boolean isIdle() {
        return wanted == null;
    }

    /** @param committed the state that is committed here */
    void begin(StateId committed) {
        if (isIdle()) {
            starts = 0;
            why = "there is no other replica";
            start(committed);
        }
    }

    private void start(StateId committed) {
        if (starts == MAX_STARTS) {
            end(false, "it is changed all the time");
            return;
        }
        starts++;
        wanted = committed;
        left.clear();
        left.addAll(environment.replicas(name.slot()).others());
        fetchNext(committed);
    }

    private void fetchNext(StateId committed) {
        HostId from = left.poll();
        if (from == null) {
            end(false, why);
        } else {
            fetches.fetch(Wanted.state(from, name, committed), fetched -> new Arrived(from, fetched));
        }
    }

    /** @param committed the state that is committed here now */
    void on(Step step, StateId committed) {
        if (step instanceof Arrived arrived) {
            onArrived(arrived, committed);
        } else {
            oneWrite.ended();
            if (step instanceof NotStored failed) {
                why = StoreFailures.detail(failed.error());
                again(committed);
            } else if (step instanceof Stored stored && stored.same()) {
                end(true, "taken from host " + stored.from());
            } else {
                start(committed);
            }
        }
    }

    private void onArrived(Arrived arrived, StateId committed) {
        if (arrived.fetched() instanceof Fetched.State state) {
            oneWrite.begin(() -> context.pipeToSelf(
                    Blocking.compose(environment.io(), () -> store(state.incoming())),
                    (same, error) -> error == null
                            ? new Stored(arrived.from(), same)
                            : new NotStored(arrived.from(), StoreFailures.cause(error))));
        } else if (arrived.fetched() instanceof Fetched.Failed failed) {
            why = failed.why();
            again(committed);
        }
    }

    private static CompletionStage<Boolean> store(IncomingState incoming) throws StoreException {
        try (incoming) {
            return incoming.repair();
        }
    }

    /** From the next host, if it is still the same state. */
    private void again(StateId committed) {
        if (committed.equals(wanted)) {
            fetchNext(committed);
        } else {
            start(committed);
        }
    }

    private void end(boolean repaired, String how) {
        wanted = null;
        environment.server().tell(new FileServerMessage.RepairEnded(name, repaired, how));
    }
}
