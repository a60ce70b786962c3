package org.dfile.actors.slots;

import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Slot;
import org.dfile.model.replica.StateId;
import org.dfile.store.AmnesiacException;
import org.dfile.store.LocalStore;
import org.dfile.store.SlotPage;
import org.dfile.store.StoreException;

/**
 * Goes through the own records every so often, one slot at a time, for what nobody comes for: tombstones that are old
 * enough to go, and batches that wait to be decided because their coordinator is gone. Of the actor's thread.
 */
final class Sweeps {

    /** Tombstones, and batches, that are remembered of one slot; further ones are found the next time. */
    private static final int MAX_FOUND = 1_000;

    /** Who does something about it. */
    interface Listener {

        /** The host leads the slot, and has these tombstones for long. */
        void old(KeptSlot kept, Map<FileName, FileVersion> tombstones);

        /** The batch was there the last time too. */
        void undecided(KeptSlot kept, FileName name);

        void recordLost(FileName name);

        void trouble(String detail);
    }

    private record Found(Map<FileName, FileVersion> old, Map<FileName, StateId> undecided) {}

    private final SlotsNode node;
    private final SlotsSettings settings;
    private final List<KeptSlot> all;
    private final SlotDisk disk;
    private final Listener listener;
    private final LongSupplier millis;
    private final Map<Slot, Map<FileName, StateId>> undecided = new HashMap<>();
    private Iterator<KeptSlot> rest = List.<KeptSlot>of().iterator();
    private boolean underWay;
    private long nextRound;

    Sweeps(
            SlotsNode node,
            SlotsSettings settings,
            List<KeptSlot> all,
            SlotDisk disk,
            Listener listener,
            LongSupplier millis) {
        this.node = node;
        this.settings = settings;
        this.all = all;
        this.disk = disk;
        this.listener = listener;
        this.millis = millis;
        this.nextRound = millis.getAsLong() + settings.purge().interval().toMillis();
    }

    void tick() {
        if (!underWay && !rest.hasNext() && millis.getAsLong() >= nextRound) {
            nextRound = millis.getAsLong() + settings.purge().interval().toMillis();
            rest = all.iterator();
            next();
        }
    }

    private void next() {
        while (rest.hasNext()) {
            KeptSlot kept = rest.next();
            if (kept.votes) {
                sweep(kept);
                return;
            }
        }
    }

    private void sweep(KeptSlot kept) {
        underWay = true;
        Instant before = Instant.now().minus(settings.purge().age());
        int limit = settings.repair().pageEntries();
        disk.run(
                () -> page(kept.slot, "", limit, before, new Found(new HashMap<>(), new HashMap<>())),
                found -> {
                    ended();
                    tell(kept, found);
                    next();
                },
                error -> {
                    ended();
                    if (error instanceof AmnesiacException amnesiac) {
                        listener.recordLost(amnesiac.name());
                    } else {
                        listener.trouble("looking through slot " + kept.slot + ": " + error);
                    }
                    next();
                });
    }

    private void ended() {
        underWay = false;
    }

    private CompletionStage<Found> page(Slot slot, String after, int limit, Instant before, Found found) {
        LocalStore store = node.store();
        return store.page(slot, after, limit)
                .thenApplyAsync(
                        page -> {
                            page.entries().forEach(entry -> take(store, entry, before, found));
                            return page;
                        },
                        node.io())
                .thenCompose(page -> page.more()
                        ? page(
                                slot,
                                page.entries()
                                        .get(page.entries().size() - 1)
                                        .name()
                                        .toString(),
                                limit,
                                before,
                                found)
                        : CompletableFuture.completedFuture(found));
    }

    private static void take(LocalStore store, SlotPage.Entry entry, Instant before, Found found) {
        if (entry.pending().isPresent() && found.undecided.size() < MAX_FOUND) {
            found.undecided.put(entry.name(), entry.pending().get().id());
        } else if (entry.committed().tombstone() && found.old.size() < MAX_FOUND && isOld(store, entry, before)) {
            found.old.put(entry.name(), entry.committed().id().version());
        }
    }

    private static boolean isOld(LocalStore store, SlotPage.Entry entry, Instant before) {
        try {
            Optional<FileState> state = store.state(entry.name());
            return state.isPresent()
                    && !state.get().exists()
                    && !state.get().modified().isAfter(before);
        } catch (StoreException e) {
            throw new CompletionException(e);
        }
    }

    private void tell(KeptSlot kept, Found found) {
        Map<FileName, StateId> last =
                found.undecided.isEmpty() ? undecided.remove(kept.slot) : undecided.put(kept.slot, found.undecided);
        if (last != null) {
            found.undecided.forEach((name, id) -> {
                if (id.equals(last.get(name))) {
                    listener.undecided(kept, name);
                }
            });
        }
        if (!found.old.isEmpty() && kept.role instanceof SlotRoles.Leading) {
            listener.old(kept, found.old);
        }
    }
}
