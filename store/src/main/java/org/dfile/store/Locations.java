package org.dfile.store;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.dfile.model.FileName;
import org.jspecify.annotations.Nullable;

/**
 * Remembers where the bytes of recently read files lie, so that reading them again asks no records. Holds no bytes:
 * those are read and checked each time.
 *
 * <p>What it says is the committed state: while a batch of a file is under way nothing is said or remembered about it,
 * and its end forgets what was known. When it is full it forgets everything; it holds at most {@link #MAX_FILES} files
 * of at most {@link #MAX_EXTENTS} extents, about 12 MiB in all.
 */
final class Locations {

    static final int MAX_EXTENTS = 64;
    private static final int MAX_FILES = 1_024;
    private static final int STRIPES = 1_024;

    /**
     * A committed state of an existing file.
     *
     * @param extents all of them in order; empty if the file has pieces beside the records, or too many extents
     */
    record Located(FileRecord file, Optional<List<Extent.Data>> extents, int ends) {}

    private final ConcurrentMap<FileName, Located> known = new ConcurrentHashMap<>();
    private final Set<FileName> underWay;

    /** How many batches have ended, by hash of the name: what was read before an end is not valid after it. */
    private final AtomicIntegerArray ends = new AtomicIntegerArray(STRIPES);

    /** @param underWay names with a batch under way; a name is added before anything of its batch is written */
    Locations(Set<FileName> underWay) {
        this.underWay = underWay;
    }

    /** Returns a mark to be handed to {@link #remember}, taken before the state is read. */
    int mark(FileName name) {
        return ends.get(stripe(name));
    }

    @Nullable
    Located of(FileName name) {
        Located located = known.get(name);
        return located != null && isCurrent(name, located.ends()) ? located : null;
    }

    void remember(FileName name, Located located) {
        if (isCurrent(name, located.ends())) {
            if (known.size() >= MAX_FILES) {
                known.clear();
            }
            known.put(name, located);
        }
    }

    void forget(FileName name) {
        known.remove(name);
    }

    /** A batch of the file has ended. To be called before its name leaves the names under way. */
    void ended(FileName name) {
        ends.incrementAndGet(stripe(name));
        known.remove(name);
    }

    /** The order matters: a batch that ended between the two checks has changed the count. */
    private boolean isCurrent(FileName name, int mark) {
        return !underWay.contains(name) && ends.get(stripe(name)) == mark;
    }

    private static int stripe(FileName name) {
        return Math.floorMod(name.hashCode() * 0x9E3779B9, STRIPES);
    }
}
