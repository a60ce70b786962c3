package org.dfile.cluster.thrash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.dfile.cluster.Seeds;
import org.dfile.model.WriteMode;

/** Writes many small files, each once, remembers what became of each, and reads again what was acknowledged. */
final class RememberedLane implements Lane {

    private static final int MAX_BYTES = 3_000;

    /** Some are larger than what rides in a message between hosts. */
    private static final int MAX_LARGE_BYTES = 150_000;

    private final Caller caller;
    private final String prefix;
    private final SplittableRandom random;
    private final Duration pause;
    private final Map<String, Fate> doubtful = new ConcurrentHashMap<>();
    private final List<String> acknowledged = Collections.synchronizedList(new ArrayList<>());
    private int count;

    RememberedLane(Caller caller, String prefix, SplittableRandom random, Duration pause) {
        this.caller = caller;
        this.prefix = prefix;
        this.random = random;
        this.pause = pause;
    }

    @Override
    public Duration pause() {
        return pause;
    }

    @Override
    public CompletionStage<?> step() {
        return random.nextInt(3) == 0 && !acknowledged.isEmpty() ? readAgain() : write();
    }

    private CompletionStage<?> write() {
        String name = prefix + "/" + count++;
        return caller.files()
                .write(name, ByteBuffer.wrap(bytesOf(name)), WriteMode.CREATE_NEW)
                .handle((receipt, error) -> {
                    if (error == null) {
                        caller.tally().acknowledged(caller.number());
                        acknowledged.add(name);
                    } else {
                        failed(name, error);
                    }
                    return name;
                });
    }

    private void failed(String name, Throwable error) {
        Fate fate = Fate.of(error);
        switch (fate) {
            case JUDGED, SURPRISING -> caller.tally().surprise(error);
            case UNKNOWN -> caller.tally().unknown();
            case REFUSED -> caller.tally().refused();
        }
        doubtful.put(name, fate);
    }

    private CompletionStage<?> readAgain() {
        String name = acknowledged.get(random.nextInt(acknowledged.size()));
        return caller.files().readAll(name).handle((bytes, error) -> {
            if (error == null) {
                assertThat(bytes).as("%s, acknowledged before", name).isEqualTo(bytesOf(name));
                caller.tally().acknowledged(caller.number());
            } else {
                Fate fate = Fate.of(error);
                if (fate == Fate.JUDGED || fate == Fate.SURPRISING) {
                    throw new AssertionError(name + " was acknowledged and cannot be read: " + error, error);
                }
            }
            return name;
        });
    }

    /** Returns the files that must be there. */
    List<String> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** Returns the files that may be there, whole ({@link Fate#UNKNOWN}), or must not be. */
    Map<String, Fate> doubtful() {
        return Map.copyOf(doubtful);
    }

    boolean wrote(String name) {
        return name.startsWith(prefix + "/");
    }

    static byte[] bytesOf(String name) {
        SplittableRandom random = new SplittableRandom(name.hashCode());
        return Seeds.bytes(random, random.nextInt(random.nextInt(30) == 0 ? MAX_LARGE_BYTES : MAX_BYTES));
    }
}
