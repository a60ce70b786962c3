package org.dfile.replication;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** Visits every state of a small world that can be reached. States are told apart by 128 bits of hash. */
final class ExhaustiveSearch {

    /**
     * What a search came to.
     *
     * @param complete whether all states were visited, or the limit was reached
     */
    record Result(long states, long steps, boolean complete) {}

    private final Set<StateKey> seen = new HashSet<>();
    private final Deque<SmallWorld> open = new ArrayDeque<>();
    private final long limit;
    private final boolean breadthFirst;
    private long steps;

    /**
     * A search that has seen nothing yet.
     *
     * @param limit states after which it is given up
     * @param breadthFirst finds a shortest history to a violation, but keeps many more states in memory
     */
    ExhaustiveSearch(long limit, boolean breadthFirst) {
        this.limit = limit;
        this.breadthFirst = breadthFirst;
    }

    Result run(SmallWorld start) {
        add(start);
        while (!open.isEmpty() && seen.size() < limit) {
            SmallWorld world = breadthFirst ? open.removeFirst() : open.removeLast();
            world.steps(next -> {
                steps++;
                add(next);
            });
        }
        return new Result(seen.size(), steps, open.isEmpty());
    }

    long states() {
        return seen.size();
    }

    private void add(SmallWorld world) {
        if (seen.add(StateKey.of(world::describe))) {
            open.add(world);
        }
    }
}
