package org.dfile.actors.hosts;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.ListId;
import org.dfile.model.Placement;

/**
 * The host list that a node speaks. All parts of the node share this one object, so they go over to a newer list at the
 * same moment. To be used by any thread.
 */
public final class CurrentHostList implements Supplier<Placement> {

    /** Where the list is kept; what it returned is on disk. */
    public interface Keeper {
        void keep(HostList list) throws IOException;
    }

    /** Why a list was not taken over. The node goes on with the one that it has. */
    public static final class RefusedException extends Exception {
        private final boolean replaced;

        private RefusedException(String message, boolean replaced) {
            super(message);
            this.replaced = replaced;
        }

        /** Whether it is because this node's own volume is not in the list any more: then the node must not go on. */
        public boolean ownVolumeReplaced() {
            return replaced;
        }
    }

    private final HostId self;
    private final Keeper keeper;
    private volatile Placement placement;

    /** @param keeper called before the node speaks a newer list, by one thread at a time; it may block */
    public CurrentHostList(HostId self, HostList list, Keeper keeper) {
        this.self = self;
        this.placement = new Placement(list);
        this.keeper = keeper;
    }

    public HostId self() {
        return self;
    }

    /** Returns the placement by the list, which stays the same while hosts do. */
    @Override
    public Placement get() {
        return placement;
    }

    public HostList list() {
        return placement.list();
    }

    public ListId id() {
        return list().id();
    }

    /**
     * Takes a newer list over: first on disk, then in what the node says. Does nothing if it is the node's list already.
     * After a failure to write, the file holds the old list or the new one, and the node speaks the old one. Blocks.
     *
     * @throws RefusedException if it is not a list that may follow, or brings another volume for this host
     */
    public synchronized void adopt(HostList next) throws RefusedException, IOException {
        HostList ours = list();
        if (next.equals(ours)) {
            return;
        }
        Optional<String> refusal = Succession.refusal(ours, next);
        if (refusal.isPresent()) {
            throw new RefusedException("host list " + next.version() + " is refused: " + refusal.get(), false);
        }
        if (Succession.replacesVolumeOf(self, ours, next)) {
            throw new RefusedException(
                    "host list " + next.version() + " has another volume for host " + self
                            + ": this one was replaced and must not speak any more",
                    true);
        }
        keeper.keep(next);
        placement = new Placement(next);
    }
}
