package org.dfile.replication;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.dfile.model.FileVersion;
import org.dfile.model.replica.StateId;
import org.jspecify.annotations.Nullable;

/** What clients were told in a small world, and whether it can be true. */
final class SmallHistory {

    /** The operations that led to a state, one letter each. Equal ids have equal histories, so all worlds share them. */
    private static final Map<StateId, String> OPERATIONS = new ConcurrentHashMap<>(Map.of(StateId.NONE, ""));

    private final SortedMap<Long, StateId> chosen = new TreeMap<>();
    private @Nullable StateId acknowledgedBeforeRead;

    static String operations(StateId id) {
        String operations = OPERATIONS.get(id);
        if (operations == null) {
            throw new AssertionError("a state from nowhere: " + id);
        }
        return operations;
    }

    static StateId after(StateId before, char operation) {
        FileVersion version = new FileVersion(1, before.version().seq() + 1);
        byte[] step = (version + " " + operation).getBytes(StandardCharsets.US_ASCII);
        StateId id = new StateId(version, before.hash().then(step));
        OPERATIONS.put(id, operations(before) + operation);
        return id;
    }

    SmallHistory copy() {
        SmallHistory copy = new SmallHistory();
        copy.chosen.putAll(chosen);
        copy.acknowledgedBeforeRead = acknowledgedBeforeRead;
        return copy;
    }

    /** A batch is chosen, and acknowledged at once. */
    void chosen(StateId id) {
        StateId known = chosen.putIfAbsent(id.version().seq(), id);
        if (known != null && !known.equals(id)) {
            throw new SmallWorld.Violation("I5: chosen are " + known + " and " + id);
        }
        String operations = operations(id);
        for (StateId other : chosen.values()) {
            String others = operations(other);
            if (!operations.startsWith(others) && !others.startsWith(operations)) {
                throw new SmallWorld.Violation("I6: " + operations + " is chosen, and " + others);
            }
        }
        if (operations.chars().distinct().count() != operations.length()) {
            throw new SmallWorld.Violation("I8: applied twice: " + operations);
        }
    }

    private StateId acknowledged() {
        return chosen.isEmpty() ? StateId.NONE : Objects.requireNonNull(chosen.get(chosen.lastKey()));
    }

    void readArrived() {
        acknowledgedBeforeRead = acknowledged();
    }

    void readAnswered(StateId from) {
        if (acknowledgedBeforeRead != null && !operations(from).startsWith(operations(acknowledgedBeforeRead))) {
            throw new SmallWorld.Violation("I7: read \"" + operations(from) + "\" after \""
                    + operations(acknowledgedBeforeRead) + "\" was acknowledged");
        }
    }

    /** Gives all that makes up the history, in a fixed order. */
    void describe(Consumer<@Nullable Object> sink) {
        sink.accept(chosen);
        sink.accept(acknowledgedBeforeRead);
    }
}
