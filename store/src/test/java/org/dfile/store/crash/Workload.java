package org.dfile.store.crash;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.dfile.store.Control;
import org.dfile.store.FileState;
import org.dfile.store.FileStore;
import org.dfile.store.PoisonedException;
import org.dfile.store.StoreException;
import org.dfile.store.TestVolume;

/**
 * A process of its own that follows a {@link Script} and says what is promised by now, each in one write to its output:
 * {@code FORMATTED}, {@code BOOT n}, {@code ACK n} as soon as the stage of a change completes, {@code CLOSED}. Ends with
 * {@value #POISONED_EXIT} when the volume is poisoned.
 */
final class Workload {

    static final int POISONED_EXIT = 74;
    private static final int FAILED_EXIT = 1;

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
            FileStore store = Control.ofThisProcess().open(directory);
            print("BOOT " + store.bootCount());
            for (List<Script.Change> round : script.rounds().subList(from, to)) {
                run(store, round);
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

    private static void run(FileStore store, List<Script.Change> round) throws StoreException {
        List<CompletionStage<FileState>> answers = new ArrayList<>();
        for (Script.Change change : round) {
            answers.add(store.apply(
                            change.name(),
                            change.before().version(),
                            change.plan().batch(store, change.before()))
                    .thenApply(state -> {
                        print("ACK " + change.number());
                        return state;
                    }));
        }
        for (CompletionStage<FileState> answer : answers) {
            TestVolume.await(answer);
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
