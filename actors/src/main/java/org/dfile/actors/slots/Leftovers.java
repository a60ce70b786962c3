package org.dfile.actors.slots;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.dfile.model.FileName;
import org.dfile.model.Slot;
import org.dfile.store.AmnesiacException;
import org.dfile.store.ConflictException;
import org.dfile.store.FileMark;
import org.dfile.store.SlotPage;

/**
 * Own records of a slot that are damaged: those that a rejoin finds at another replica are replaced from there. Those that it
 * finds nowhere are taken away before the slot votes again (I10): all others have promised a ballot above whatever this host
 * ever voted in, so nothing of such a file can be chosen any more that one of them does not have; above the floor there is
 * no such file (I15). Of the actor's thread.
 */
final class Leftovers {

    /** Damaged records of one slot that one rejoin deals with; further ones are left to the next. */
    private static final int MAX_DAMAGED = 1_000;

    /** Names of the kind of {@link #hopeless} that are remembered; for further ones rejoins are begun in vain. */
    private static final int MAX_HOPELESS = 10_000;

    private final SlotsNode node;
    private final SlotDisk disk;
    private final int pageEntries;
    private final Consumer<String> trouble;

    /** Names of which not even enough is left to be taken away. Until the process ends nobody tries again. */
    private final Set<FileName> hopeless = new LinkedHashSet<>();

    Leftovers(SlotsNode node, SlotDisk disk, int pageEntries, Consumer<String> trouble) {
        this.node = node;
        this.disk = disk;
        this.pageEntries = pageEntries;
        this.trouble = trouble;
    }

    /** Whether another rejoin would not help a file either. */
    boolean isHopeless(FileName name) {
        return hopeless.contains(name);
    }

    // -- finding them

    /** Looks for damaged records of a slot. What cannot be looked through has none, as far as anybody knows. */
    void find(Slot slot, Consumer<Set<FileName>> found) {
        look(slot, "", new LinkedHashSet<>(), found);
    }

    private void look(Slot slot, String after, Set<FileName> damaged, Consumer<Set<FileName>> found) {
        disk.run(
                () -> node.store().page(slot, after, pageEntries),
                page -> {
                    if (page.more()) {
                        look(slot, lastOf(page), damaged, found);
                    } else {
                        found.accept(damaged);
                    }
                },
                error -> {
                    if (error instanceof AmnesiacException amnesiac && damaged.size() < MAX_DAMAGED) {
                        damaged.add(amnesiac.name());
                        // Names before it in the page were read, and are well.
                        look(slot, amnesiac.name().toString(), damaged, found);
                    } else {
                        trouble.accept("looking for damaged records of slot " + slot + ": " + error);
                        found.accept(damaged);
                    }
                });
    }

    private static String lastOf(SlotPage page) {
        return page.entries().get(page.entries().size() - 1).name().toString();
    }

    // -- taking them away

    /**
     * Takes away what no other replica has.
     *
     * @param lossAccepted whether the files are to be marked as ones that may have lost something
     * @param done told whether the slot may vote; if not, it is to be tried again
     */
    void remove(Slot slot, Set<FileName> names, boolean lossAccepted, Consumer<Boolean> done) {
        removeNext(slot, new ArrayDeque<>(names), lossAccepted, done);
    }

    private void removeNext(Slot slot, Queue<FileName> names, boolean lossAccepted, Consumer<Boolean> done) {
        FileName name = names.poll();
        if (name == null) {
            done.accept(true);
            return;
        }
        disk.run(
                () -> lossAccepted
                        ? node.store()
                                .mark(name, FileMark.LOSS_ACCEPTED)
                                .thenCompose(marks -> node.store().forget(name))
                        : node.store().forget(name),
                forgotten -> {
                    if (forgotten) {
                        trouble.accept("the record of " + name + " was damaged, and no other host of slot " + slot
                                + " has such a file: it is taken away; what was found is kept in quarantine");
                    }
                    removeNext(slot, names, lossAccepted, done);
                },
                error -> {
                    if (error instanceof ConflictException) {
                        done.accept(false);
                        return;
                    }
                    if (hopeless.size() < MAX_HOPELESS) {
                        hopeless.add(name);
                    }
                    trouble.accept("the damaged record of " + name + " cannot be taken away (" + error
                            + "); only a new volume of this host helps");
                    removeNext(slot, names, lossAccepted, done);
                });
    }
}
