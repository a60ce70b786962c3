package org.dfile.store.crash;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.store.Control;
import org.dfile.store.LocalStore;
import org.dfile.store.PendingBatch;
import org.dfile.store.PoisonedException;
import org.dfile.store.StoreException;
import org.dfile.store.TestVolume;
import org.dfile.store.Upkeep;
import org.dfile.store.history.ModelFile;

/**
 * A process of its own that follows a {@link Script} and says what is promised by now, each in one write to its output:
 * {@code FORMATTED}, {@code BOOT n}, {@code ACCEPTED n}, {@code ACK n} and {@code PROMOTED n} as soon as the stage of a
 * change completes, {@code CLOSED}. Ends with {@value #POISONED_EXIT} when the volume is poisoned.
 */
final class Workload {

    static final int POISONED_EXIT = 74;
    /** Said if a poisoned volume does not refuse a call as one. */
    static final String STILL_ALIVE = "STILL ALIVE";

    private static final int FAILED_EXIT = 1;
    private static final int ROUNDS_PER_COMPACTION = 3;

    private Workload() {}

    /** How the process ends. */
    enum End {
        CLOSE,
        HALT
    }

    static List<String> arguments(Path directory, long seed, int rounds, int from, int to, End end) {
        return List.of(
                Workload.class.getName(),
                directory.toString(),
                Long.toString(seed),
                Integer.toString(rounds),
                Integer.toString(from),
                Integer.toString(to),
                end.name());
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Script script = Script.of(Long.parseLong(arguments[1]), Integer.parseInt(arguments[2]));
        int from = Integer.parseInt(arguments[3]);
        int to = Integer.parseInt(arguments[4]);
        try {
            if (from == 0) {
                TestVolume.format(directory);
                print("FORMATTED");
            }
            LocalStore store = Control.ofThisProcess().open(directory);
            print("BOOT " + store.bootCount());
            promotePending(store, script);
            for (int i = from; i < to; i++) {
                run(store, script, i);
            }
            if (End.valueOf(arguments[5]) == End.HALT) {
                Runtime.getRuntime().halt(0);
            }
            store.close();
            print("CLOSED");
        } catch (PoisonedException e) {
            print("POISONED");
            Runtime.getRuntime().halt(POISONED_EXIT);
        } catch (Exception | Error e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(FAILED_EXIT);
        }
    }

    private static void run(LocalStore store, Script script, int number) throws StoreException {
        try {
            run(store, script, script.rounds().get(number));
            if (number % ROUNDS_PER_COMPACTION == 1) {
                Upkeep.compact(store);
            }
        } catch (PoisonedException e) {
            assertStopped(store, script);
            throw e;
        }
    }

    /** What a crash has undone, or was not done yet. */
    private static void promotePending(LocalStore store, Script script) throws StoreException {
        for (Script.Change change : script.changes()) {
            Optional<PendingBatch> pending = store.pending(change.name());
            if (pending.isPresent() && pending.get().id().equals(change.after().id())) {
                promote(store, change);
            }
        }
    }

    private static void promote(LocalStore store, Script.Change change) throws StoreException {
        TestVolume.await(
                store.promote(change.name(), Script.BALLOT, change.after().id())
                        .thenAccept(result -> say("PROMOTED ", change)));
    }

    private static void run(LocalStore store, Script script, List<Script.Change> round) throws StoreException {
        List<CompletionStage<?>> answers = new ArrayList<>();
        for (Script.Change change : round) {
            ModelFile before = change.before();
            Batch batch = change.plan().batch(store, before);
            answers.add(
                    change.accepted()
                            ? store.accept(change.name(), Script.BALLOT, before.id(), batch, true)
                                    .thenAccept(result -> say("ACCEPTED ", change))
                            : store.apply(change.name(), before.version(), batch)
                                    .thenAccept(state -> say("ACK ", change)));
        }
        for (CompletionStage<?> answer : answers) {
            TestVolume.await(answer);
        }
        for (Script.Change change : round) {
            if (change.accepted() && !script.promotedByNext(change)) {
                promote(store, change);
            }
        }
    }

    private static void say(String word, Script.Change change) {
        print(word + change.number());
    }

    /** After the first failure nothing is promised any more (I12). */
    private static void assertStopped(LocalStore store, Script script) {
        Script.Change change = script.changes().get(0);
        List<Callable<?>> calls = List.of(
                () -> store.state(change.name()),
                () -> store.read(change.name(), 0, 1),
                () -> store.stage(Bytes.of(new byte[1])),
                () -> store.pending(change.name()),
                () -> TestVolume.await(store.promise(List.of(change.name().slot()), Script.BALLOT)),
                () -> TestVolume.await(store.apply(
                        change.name(), change.before().version(), change.plan().batch(store, change.before()))));
        for (Callable<?> call : calls) {
            if (!refused(call)) {
                print(STILL_ALIVE);
            }
        }
    }

    private static boolean refused(Callable<?> call) {
        try {
            call.call();
            return false;
        } catch (PoisonedException e) {
            return true;
        } catch (Exception e) {
            e.printStackTrace();
            return false;
        }
    }

    private static synchronized void print(String line) {
        try {
            new FileOutputStream(FileDescriptor.out).write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
