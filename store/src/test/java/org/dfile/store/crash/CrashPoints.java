package org.dfile.store.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.dfile.store.crash.Recording.Event;
import org.jspecify.annotations.Nullable;

/**
 * The moments at which the power may fail, and what the disk may hold then. The moments are those after each change and
 * after each promise. What a completed sync covers is there. Of contents any part of the rest may be missing, whatever
 * came later is there. Changes of names reach the disk in their order, as ext4, XFS and Btrfs journal them and as RocksDB
 * relies on: if one is missing, all later ones are.
 *
 * <p>For each moment: nothing lost (a killed process), all lost, each single change lost, each single one kept, names
 * lost and contents kept, contents lost and names kept, the last write torn in several ways, random parts.
 */
final class CrashPoints {

    private static final int RANDOM_PARTS = 3;
    private static final String HEADLESS = "the last write without its first page";
    private static final String NOTHING_LOST = "nothing lost";
    private static final String ALL_LOST = "all lost that was not synced";
    private static final int PAGE_BYTES = 4 << 10;

    /** What the disk holds after a crash at one moment, and what was promised until then. */
    record State(int point, String moment, String loss, List<String> promised, Disk disk) {
        /**
         * Whether RocksDB may find the end of a log record without its beginning. It takes that for damage and refuses
         * it, though it can be what a crash leaves of a write that nobody was told of.
         */
        boolean mayBeRefused() {
            return loss.equals(HEADLESS);
        }

        /** Whether it is one of the two plain states of its moment. */
        boolean plain() {
            return loss.equals(NOTHING_LOST) || loss.equals(ALL_LOST);
        }

        @Override
        public String toString() {
            return "crash point " + point + " (after " + moment + "), " + loss;
        }
    }

    /** Gets each state. */
    interface Visitor {
        void visit(State state) throws Exception;
    }

    private static final class Pending {
        final Event.Change change;
        boolean durable;

        Pending(Event.Change change) {
            this.change = change;
        }

        boolean ofNames() {
            return change.op().ofNames();
        }
    }

    private final Random random;
    private final Visitor visitor;
    private final List<Pending> changes = new ArrayList<>();
    private final List<String> promised = new ArrayList<>();
    private int points;

    CrashPoints(Random random, Visitor visitor) {
        this.random = random;
        this.visitor = visitor;
    }

    /** Visits all moments and returns how many there were. */
    int visit(List<Event> events) throws Exception {
        for (Event event : events) {
            if (event instanceof Event.Change change) {
                changes.add(new Pending(change));
                moment(change.op().toString());
            } else if (event instanceof Event.Said said) {
                promised.add(said.line());
                moment(said.line());
            } else if (event instanceof Event.Sync sync) {
                cover(sync);
            } else {
                throw new AssertionError("unhandled " + event);
            }
        }
        return points;
    }

    private void cover(Event.Sync sync) {
        for (Pending pending : changes) {
            if (pending.change.end() < sync.begin() && covers(sync, pending.change.op())) {
                pending.durable = true;
            }
        }
    }

    /** A name is covered by a sync of its directory alone, contents by one of the file. */
    private static boolean covers(Event.Sync sync, Op op) {
        String directory = sync.directory();
        if (op instanceof Op.Write write) {
            return write.file() == sync.file();
        }
        if (op instanceof Op.Resize resize) {
            return resize.file() == sync.file();
        }
        if (directory == null) {
            return false;
        }
        if (op instanceof Op.Create create) {
            return directory.equals(Op.parent(create.path()));
        }
        if (op instanceof Op.MakeDirectory make) {
            return directory.equals(Op.parent(make.path()));
        }
        if (op instanceof Op.Remove remove) {
            return directory.equals(Op.parent(remove.path()));
        }
        if (op instanceof Op.Rename rename) {
            return directory.equals(Op.parent(rename.from()));
        }
        if (op instanceof Op.Link link) {
            return directory.equals(Op.parent(link.to()));
        }
        throw new AssertionError("unhandled " + op);
    }

    private void moment(String what) throws Exception {
        points++;
        List<Pending> open = changes.stream().filter(change -> !change.durable).toList();
        state(what, NOTHING_LOST, pending -> true, null);
        if (open.isEmpty()) {
            return;
        }
        state(what, ALL_LOST, pending -> false, null);
        state(what, "names lost, contents kept", pending -> !pending.ofNames(), null);
        state(what, "contents lost, names kept", Pending::ofNames, null);
        for (Pending one : open) {
            state(what, "lost: " + one.change.op(), pending -> pending != one && !namesFrom(open, one, pending), null);
            state(what, "kept: " + one.change.op(), pending -> pending == one || namesUpTo(open, one, pending), null);
        }
        for (int i = 0; i < RANDOM_PARTS; i++) {
            long seed = random.nextLong();
            Random part = new Random(seed);
            Pending cut = open.get(part.nextInt(open.size()));
            state(
                    what,
                    "random part " + seed,
                    pending -> pending.ofNames() ? before(open, pending, cut) : part.nextBoolean(),
                    null);
        }
        if (open.get(open.size() - 1).change.op() instanceof Op.Write write) {
            torn(what, open.get(open.size() - 1), write);
        }
    }

    /** Whether a change of a name goes with another that is lost. */
    private static boolean namesFrom(List<Pending> open, Pending lost, Pending other) {
        return lost.ofNames() && other.ofNames() && before(open, lost, other);
    }

    /** Whether a change of a name is needed for another that is kept. */
    private static boolean namesUpTo(List<Pending> open, Pending kept, Pending other) {
        return kept.ofNames() && other.ofNames() && before(open, other, kept);
    }

    private static boolean before(List<Pending> open, Pending one, Pending other) {
        return open.indexOf(one) < open.indexOf(other);
    }

    private void torn(String what, Pending last, Op.Write write) throws Exception {
        int byteCount = write.bytes().length;
        int some = random.nextInt(byteCount + 1);
        state(what, "half of the last write", pending -> pending != last, disk -> disk.write(write, 0, byteCount / 2));
        state(what, some + " bytes of the last write", pending -> pending != last, disk -> disk.write(write, 0, some));
        int page = PAGE_BYTES - (int) (write.offset() % PAGE_BYTES);
        state(what, "the length of the last write alone", pending -> pending != last, disk -> disk.extend(write));
        if (byteCount > page) {
            state(what, HEADLESS, pending -> pending != last, disk -> disk.write(write, page, byteCount));
            state(what, "the length of the last write, and its first page", pending -> pending != last, disk -> {
                disk.extend(write);
                disk.write(write, 0, page);
            });
        }
    }

    private interface Tear {
        void apply(Disk disk);
    }

    private void state(String what, String loss, Predicate<Pending> kept, @Nullable Tear tear) throws Exception {
        Disk disk = new Disk();
        for (Pending pending : changes) {
            if (pending.durable || kept.test(pending)) {
                disk.apply(pending.change.op());
            }
        }
        if (tear != null) {
            tear.apply(disk);
        }
        visitor.visit(new State(points, what, loss, List.copyOf(promised), disk));
    }
}
