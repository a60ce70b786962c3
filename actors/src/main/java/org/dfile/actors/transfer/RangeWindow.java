package org.dfile.actors.transfer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.dfile.model.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The ranges of a transfer that are asked for and not yet kept: at most so many at a time, taken in their order, each asked
 * for at most so many times.
 */
final class RangeWindow {

    /** Some bytes of a part. */
    record Range(int part, long offset, int byteCount) {}

    /** A range that is here. */
    record Arrived(Range range, Bytes bytes) {}

    private static final class Open {
        final Range range;
        long askedNanos;
        int attempts = 1;

        @Nullable
        Bytes bytes;

        Open(Range range, long nowNanos) {
            this.range = range;
            this.askedNanos = nowNanos;
        }
    }

    private final Iterator<Range> plan;
    private final int window;
    private final Deque<Open> open = new ArrayDeque<>();

    RangeWindow(Iterator<Range> plan, int window) {
        this.plan = plan;
        this.window = window;
    }

    /** Whether all ranges are kept. */
    boolean isDone() {
        return open.isEmpty() && !plan.hasNext();
    }

    /** Returns the next range to ask for, if there is room for one more. */
    Optional<Range> ask(long nowNanos) {
        if (open.size() >= window || !plan.hasNext()) {
            return Optional.empty();
        }
        Range range = plan.next();
        open.add(new Open(range, nowNanos));
        return Optional.of(range);
    }

    /** A range is asked for later than it was taken. */
    void asked(Range range, long nowNanos) {
        find(range.part(), range.offset()).ifPresent(found -> found.askedNanos = nowNanos);
    }

    /** Takes bytes that arrived. Returns false if they have another length than was asked for. */
    boolean arrived(int part, long offset, Bytes bytes) {
        Optional<Open> found = find(part, offset).filter(one -> one.bytes == null);
        if (found.isEmpty() || !bytes.intact()) {
            return true; // late, or damaged on the way (I14): as good as lost
        }
        if (bytes.byteCount() != found.get().range.byteCount()) {
            return false;
        }
        found.get().bytes = bytes;
        return true;
    }

    private Optional<Open> find(int part, long offset) {
        return open.stream()
                .filter(one -> one.range.part() == part && one.range.offset() == offset)
                .findFirst();
    }

    /** Returns the first range if it is here; {@link #kept} takes it out. */
    Optional<Arrived> first() {
        Open first = open.peek();
        return first == null || first.bytes == null
                ? Optional.empty()
                : Optional.of(new Arrived(first.range, first.bytes));
    }

    void kept() {
        open.remove();
    }

    /** Returns ranges that did not arrive since; they count as asked for again. */
    List<Range> overdue(long sinceNanos, long nowNanos) {
        List<Range> late = new ArrayList<>();
        for (Open one : open) {
            if (one.bytes == null && one.askedNanos - sinceNanos <= 0) {
                one.askedNanos = nowNanos;
                one.attempts++;
                late.add(one.range);
            }
        }
        return late;
    }

    /** Returns how often the range was asked for that was asked for most often. */
    int mostAttempts() {
        return open.stream().mapToInt(one -> one.attempts).max().orElse(0);
    }
}
