package org.dfile.store;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.model.StagedBytes;

/**
 * A process of its own that opens a volume and creates files one after the other, each with staged and with small bytes,
 * and prints a line after each that was acknowledged. Ends with {@value #POISONED_EXIT} when the volume is poisoned.
 */
final class StoreProcess implements AutoCloseable {

    static final int POISONED_EXIT = 74;

    private final Process process;
    private final BufferedReader output;

    private StoreProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** @param wrapper a command that runs the process, such as strace with its options; may be empty */
    static StoreProcess start(List<String> wrapper, Path directory, int files) throws IOException {
        List<String> command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Xshare:auto"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), StoreProcess.class.getName()));
        command.addAll(List.of(directory.toString(), Integer.toString(files)));
        return new StoreProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Returns the next line that begins with a capital word and a number, or null at the end of the output. */
    String line() throws IOException {
        String line = output.readLine();
        while (line != null && !line.matches("[A-Z]+( \\d+)?")) {
            line = output.readLine();
        }
        return line;
    }

    List<String> remainingLines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(); line != null; line = line()) {
            lines.add(line);
        }
        return lines;
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("the process has not ended");
        }
        return process.exitValue();
    }

    /** Ends the process at once; what it printed can still be read. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly); // what strace traces does not end with it
        process.destroyForcibly();
        process.onExit().join();
    }

    // -- what runs in the process

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        int files = Integer.parseInt(arguments[1]);
        FileStore store =
                Volumes.open(directory, TestVolume.IDENTITY, TestVolume.smallSettings(), failure -> print("POISONED"));
        try {
            print("BOOT " + store.bootCount());
            for (int number = 0; number < files; number++) {
                create(store, number);
                print("ACK " + number);
            }
            store.close();
        } catch (PoisonedException e) {
            refused(store);
            System.exit(POISONED_EXIT);
        }
    }

    static FileName name(long boot, int number) {
        return FileName.of("boot" + boot + "/" + number);
    }

    /** Returns what the file of that number holds: some in a data file, some beside its record. */
    static byte[] content(int number) {
        byte[] content = new byte[150_000 + number];
        new Random(number).nextBytes(content);
        return content;
    }

    private static void create(FileStore store, int number) throws StoreException {
        byte[] content = content(number);
        StagedBytes staged = store.stage(Bytes.of(Arrays.copyOf(content, 149_000)));
        byte[] rest = Arrays.copyOfRange(content, 149_000, content.length);
        Batch batch = TestVolume.batch(
                FileVersion.NONE,
                new Operation.Create(),
                new Operation.WriteStaged(0, List.of(staged)),
                new Operation.WriteInline(149_000, Bytes.of(rest)));
        TestVolume.await(store.apply(name(store.bootCount(), number), FileVersion.NONE, batch));
    }

    /** Tries everything once more: all of it must be refused. */
    private static void refused(FileStore store) {
        List<Runnable> calls = List.of(
                () -> refused(() -> create(store, 1_000_000)),
                () -> refused(() -> store.stage(Bytes.of(new byte[100_000]))),
                () -> refused(() -> store.read(name(1, 0), 0, 1)),
                () -> refused(() -> store.list("", "", 1)),
                () -> refused(store::close));
        calls.forEach(Runnable::run);
        print("REFUSED");
    }

    private interface Call {
        void run() throws StoreException;
    }

    private static void refused(Call call) {
        try {
            call.run();
            print("SERVED");
        } catch (PoisonedException e) {
            return;
        } catch (StoreException e) {
            print("OTHER");
        }
    }

    /** One write to the descriptor for each line, so that a trace shows it whole. */
    private static synchronized void print(String line) {
        try {
            new FileOutputStream(FileDescriptor.out).write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
