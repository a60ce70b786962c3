package org.dfile.actors.hosts;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.ListId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does when another host speaks a newer list: it asks that host for it, looks whether it may follow, and takes
 * it over. One question at a time; whoever speaks the newer list does it again. To be used by any thread.
 */
public final class NewerLists {

    private static final Logger LOG = LoggerFactory.getLogger(NewerLists.class);

    private final CurrentHostList current;
    private final Function<HostId, CompletionStage<HostList>> ask;
    private final Executor io;
    private final Consumer<String> replaced;
    private final AtomicBoolean asking = new AtomicBoolean();

    /**
     * @param ask asks a host for its list; completes in bounded time
     * @param io threads for blocking work on the disk
     * @param replaced told, on any thread and perhaps more than once, that a newer list has another volume for this host:
     *     the node must leave
     */
    public NewerLists(
            CurrentHostList current,
            Function<HostId, CompletionStage<HostList>> ask,
            Executor io,
            Consumer<String> replaced) {
        this.current = current;
        this.ask = ask;
        this.io = io;
        this.replaced = replaced;
    }

    /** A host speaks a list. Returns at once. */
    public void heardOf(ListId theirs, HostId from) {
        ListId ours = current.id();
        boolean newer = theirs.cluster().equals(ours.cluster()) && theirs.version() > ours.version();
        if (newer && asking.compareAndSet(false, true)) {
            ask.apply(from).thenAcceptAsync(this::adopt, io).whenComplete((done, error) -> {
                asking.set(false);
                if (error != null) {
                    LOG.warn("host list {}, which host {} speaks, was not taken over", theirs.version(), from, error);
                }
            });
        }
    }

    /** Takes a list over that came by other ways; blocks. */
    void adopt(HostList list) {
        try {
            current.adopt(list);
            LOG.info("host list {} holds from now on", list.version());
        } catch (CurrentHostList.RefusedException e) {
            if (e.ownVolumeReplaced()) {
                replaced.accept(String.valueOf(e.getMessage()));
            }
            throw new CompletionException(e);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }
}
