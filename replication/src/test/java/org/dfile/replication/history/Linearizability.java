package org.dfile.replication.history;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks for an order of calls that explains every answer: each call takes effect at one moment between its beginning and
 * its answer, one without an answer at any later moment or never. Tries all orders, after Wing and Gong (1993), and none
 * twice, after Lowe (2017): the calls done so far and the file they make decide what can follow.
 */
public final class Linearizability {

    /** More steps than that and the search gives up: first in the order of the hints, in the end in any. */
    private static final long MAX_QUICK_STEPS = 300_000;

    private static final long MAX_STEPS = 1_500_000;

    private static final int ALL = Integer.MAX_VALUE;

    /** What the search found. */
    public enum Verdict {
        LINEARIZABLE,
        NOT_LINEARIZABLE,
        UNDECIDED
    }

    private record Reached(BitSet done, ModelFile file, int unanswered) {}

    private final ModelFile start;
    private final List<Call> calls;
    private final Set<Reached> reached = new HashSet<>();
    private final BitSet done = new BitSet();
    private int openAnswers;
    private long steps;
    private int furthest;
    private int mostUnanswered;
    private long mostSteps;

    private Linearizability(ModelFile start, List<Call> calls) {
        this.start = start;
        this.calls = new ArrayList<>(calls);
        this.calls.sort(Comparator.comparingLong(Call::hint).thenComparingLong(Call::invoked));
        this.openAnswers =
                (int) calls.stream().filter(call -> call.seen().isPresent()).count();
    }

    public static Verdict check(List<Call> calls) {
        return check(ModelFile.NEW, calls);
    }

    /** Checks the calls of a file that began as {@code start}. */
    public static Verdict check(ModelFile start, List<Call> calls) {
        return new Linearizability(start, calls).search();
    }

    /** Tells how far the best order gets, for people. */
    public static String explain(ModelFile start, List<Call> calls) {
        Linearizability search = new Linearizability(start, calls);
        Verdict verdict = search.search();
        StringBuilder text = new StringBuilder(verdict + ", most calls in order: " + search.furthest + " of "
                + calls.size() + ", steps: " + search.steps);
        calls.stream()
                .sorted(Comparator.comparingLong(Call::invoked))
                .forEach(call -> text.append("\n  ").append(call));
        return text.toString();
    }

    /**
     * Where hints do not help, calls without an answer make the orders too many: then those are tried first in which few of
     * them take effect in a row.
     */
    private Verdict search() {
        Verdict verdict = search(ALL, MAX_QUICK_STEPS);
        for (int most = 1; verdict == Verdict.UNDECIDED && most <= 3; most++) {
            verdict = search(most, MAX_QUICK_STEPS);
        }
        return verdict == Verdict.UNDECIDED ? search(ALL, MAX_STEPS) : verdict;
    }

    private Verdict search(int unansweredInARow, long stepCount) {
        mostUnanswered = unansweredInARow;
        mostSteps = stepCount;
        steps = 0;
        reached.clear();
        if (finishes(start, 0)) {
            return Verdict.LINEARIZABLE;
        }
        return steps > mostSteps || mostUnanswered != ALL ? Verdict.UNDECIDED : Verdict.NOT_LINEARIZABLE;
    }

    /** @param unanswered how many calls without an answer took effect since the last one with an answer */
    private boolean finishes(ModelFile file, int unanswered) {
        if (openAnswers == 0) {
            return true;
        }
        if (steps++ > mostSteps
                || !reached.add(new Reached((BitSet) done.clone(), file, mostUnanswered == ALL ? 0 : unanswered))) {
            return false;
        }
        furthest = Math.max(furthest, done.cardinality());
        long firstAnswer = firstAnswer();
        for (int index = done.nextClearBit(0); index < calls.size(); index = done.nextClearBit(index + 1)) {
            Call call = calls.get(index);
            boolean tooMany = call.seen().isEmpty() && unanswered == mostUnanswered;
            if (!tooMany
                    && call.invoked() < firstAnswer
                    && isNext(call)
                    && finishesWith(index, call, file, unanswered)) {
                return true;
            }
        }
        return false;
    }

    /** Nothing that began after this answer can come before the call that got it. */
    private long firstAnswer() {
        long first = Call.NEVER;
        for (int index = done.nextClearBit(0); index < calls.size(); index = done.nextClearBit(index + 1)) {
            first = Math.min(first, calls.get(index).returned());
        }
        return first;
    }

    /** Whether no later change of the session is done. */
    private boolean isNext(Call call) {
        if (call.number() == 0) {
            return true;
        }
        for (int index = done.nextSetBit(0); index >= 0; index = done.nextSetBit(index + 1)) {
            Call other = calls.get(index);
            if (other.session() == call.session() && other.number() > call.number()) {
                return false;
            }
        }
        return true;
    }

    private boolean finishesWith(int index, Call call, ModelFile file, int unanswered) {
        ModelFile after = file;
        Seen expected = look(file, call);
        if (call.change().isPresent()) {
            ModelFile.Step step = file.apply(call.change().get());
            after = step.after();
            expected = step.seen();
        }
        if (call.seen().isPresent() && !call.seen().get().equals(expected)) {
            return false;
        }
        int answers = call.seen().isPresent() ? 1 : 0;
        done.set(index);
        openAnswers -= answers;
        boolean finishes = finishes(after, answers == 1 ? 0 : unanswered + 1);
        done.clear(index);
        openAnswers += answers;
        return finishes;
    }

    private static Seen look(ModelFile file, Call call) {
        if (call.seen().filter(Seen.Status.class::isInstance).isPresent()) {
            return file.status();
        }
        return call.seen().filter(Seen.Text.class::isInstance).isPresent() ? file.text() : file.read();
    }

    /** Returns how many calls overlap with another one. */
    public static int overlapping(List<Call> calls) {
        int count = 0;
        for (int i = 0; i < calls.size(); i++) {
            boolean overlaps = false;
            for (int j = 0; j < calls.size() && !overlaps; j++) {
                overlaps = i != j && calls.get(i).overlaps(calls.get(j));
            }
            count += overlaps ? 1 : 0;
        }
        return count;
    }
}
