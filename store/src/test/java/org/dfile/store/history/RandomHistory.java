package org.dfile.store.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.store.BadChecksumException;
import org.dfile.store.ConflictException;
import org.dfile.store.Control;
import org.dfile.store.CorruptDataException;
import org.dfile.store.FileState;
import org.dfile.store.FileStore;
import org.dfile.store.StagedBytes;
import org.dfile.store.StoreException;
import org.dfile.store.TestVolume;
import org.dfile.store.VolumeRefusedException;

/**
 * One random history of a store and of the model: changes, alone and many at a time, refused ones, questions, clean
 * stops, kills, power cuts in the middle of a commit, damaged bytes. After each step both say the same.
 */
final class RandomHistory implements AutoCloseable {

    private static final int STEPS = 40;
    private static final int NAMES = 6;
    private static final int LONGEST_FILE = 200_000;
    private static final int LONGEST_STAGED = 90_000;

    private final Path parent;
    private final Control control;
    private final Random random;
    private final PlanSource plans;
    private final Model model = new Model();
    private int folders;
    private Path directory;
    private FileStore store;
    private long bootCount;
    private String step = "at the start";

    /** @param parent an empty directory of this history alone */
    private RandomHistory(long seed, Path parent, Control control) throws StoreException {
        this.parent = parent;
        this.control = control;
        this.random = new Random(seed);
        this.plans = new PlanSource(random, LONGEST_FILE, LONGEST_STAGED);
        this.directory = nextFolder();
        TestVolume.format(directory);
        this.store = control.open(directory);
        this.bootCount = store.bootCount();
    }

    private Path nextFolder() {
        return parent.resolve("v" + folders++);
    }

    /** Runs one history of each seed that it gets, each in a folder of its own below {@code directory}. */
    static Seeds.Run in(Path directory, Control control) {
        return seed -> {
            Path folder = Files.createDirectory(directory.resolve(Long.toString(seed)));
            try (RandomHistory history = new RandomHistory(seed, folder, control)) {
                history.run();
            }
            Folders.delete(folder);
        };
    }

    private void run() throws Exception {
        for (int i = 0; i < STEPS; i++) {
            run(i, () -> step(random.nextInt(100)));
        }
        run(STEPS, this::restart);
        run(STEPS + 1, this::deleteAll);
    }

    private interface Step {
        void run() throws Exception;
    }

    private void run(int number, Step next) {
        try {
            next.run();
        } catch (Exception | AssertionError e) {
            throw new AssertionError("step " + number + ", " + step + ": " + e.getMessage(), e);
        }
    }

    private void step(int kind) throws Exception {
        if (kind < 60) {
            change();
        } else if (kind < 68) {
            changeMany();
        } else if (kind < 76) {
            changeRefused();
        } else if (kind < 80) {
            stageAndLeave();
        } else if (kind < 86) {
            ask();
        } else if (kind < 90) {
            damageData();
        } else if (kind < 92) {
            damageLog();
        } else if (kind < 94) {
            restart();
        } else if (kind < 97) {
            kill();
        } else {
            cutPower();
        }
    }

    private FileName anyName() {
        int number = random.nextInt(NAMES);
        return FileName.of(number < NAMES / 2 ? "f" + number : "d/f" + number);
    }

    // -- changes

    private void change() throws StoreException {
        FileName name = anyName();
        step = "a change of " + name;
        apply(name, plans.next(model.file(name)));
        Comparison.file(store, name, model.file(name));
        Comparison.anyRange(store, name, model.file(name), random);
    }

    private CompletionStage<FileState> submit(FileName name, Plan plan) throws StoreException {
        ModelFile before = model.file(name);
        return store.apply(name, before.version(), plan.batch(store, before));
    }

    private void apply(FileName name, Plan plan) throws StoreException {
        applied(name, plan, TestVolume.await(submit(name, plan)));
    }

    private void applied(FileName name, Plan plan, FileState state) {
        ModelFile after = model.file(name).after(plan);
        assertThat(ModelFile.sorted(state)).as("the answer").isEqualTo(after.state());
        model.put(name, after);
    }

    private void changeMany() throws StoreException {
        step = "changes of many files";
        Map<FileName, Plan> made = new LinkedHashMap<>();
        List<CompletionStage<FileState>> answers = new ArrayList<>();
        for (int i = 0; i < NAMES; i++) {
            FileName name = anyName();
            if (!made.containsKey(name)) {
                Plan plan = plans.next(model.file(name));
                made.put(name, plan);
                answers.add(submit(name, plan));
            }
        }
        Iterator<CompletionStage<FileState>> answer = answers.iterator();
        for (Map.Entry<FileName, Plan> one : made.entrySet()) {
            applied(one.getKey(), one.getValue(), TestVolume.await(answer.next()));
            Comparison.file(store, one.getKey(), model.file(one.getKey()));
        }
    }

    private void changeRefused() throws StoreException {
        FileName name = anyName();
        step = "a refused change of " + name;
        ModelFile before = model.file(name);
        switch (random.nextInt(3)) {
            case 0 -> {
                Plan plan = plans.next(before);
                FileVersion other = new FileVersion(
                        before.version().generation(), before.version().seq() + 1);
                assertThatThrownBy(() -> TestVolume.await(store.apply(name, other, plan.batch(store, before))))
                        .isInstanceOf(ConflictException.class);
            }
            case 1 -> {
                ByteBuffer content = ByteBuffer.wrap(new byte[random.nextInt(LONGEST_STAGED)]);
                Bytes bytes = Bytes.received(content, Bytes.checksum(content) + 1);
                assertThatThrownBy(() -> store.stage(bytes)).isInstanceOf(BadChecksumException.class);
            }
            default -> {
                Plan.Edit edit = before.exists() ? new Plan.Edit.Create() : new Plan.Edit.Truncate(1);
                Plan impossible = new Plan(List.of(edit), TestVolume.TIME, List.of(), List.of(), 0);
                assertThatThrownBy(() -> submit(name, impossible)).isInstanceOf(IllegalArgumentException.class);
            }
        }
        Comparison.file(store, name, before);
    }

    /** Staged bytes that no batch names: given up, or left to the next restart. */
    private void stageAndLeave() throws StoreException {
        step = "staged bytes";
        byte[] content = new byte[random.nextInt(LONGEST_STAGED)];
        random.nextBytes(content);
        StagedBytes staged = store.stage(Bytes.of(content));
        if (random.nextBoolean()) {
            store.release(staged);
            store.release(staged);
        }
    }

    private void ask() throws StoreException {
        step = "questions";
        String[] prefixes = {"", "f", "d", "d/", "none"};
        String after = random.nextBoolean() ? "" : anyName().toString();
        Comparison.list(store, model, prefixes[random.nextInt(prefixes.length)], after, 1 + random.nextInt(NAMES));
        for (FileName name : model.names()) {
            Comparison.anyRange(store, name, model.file(name), random);
        }
        Comparison.file(store, FileName.of("never/created"), ModelFile.NONE);
    }

    private void deleteAll() throws StoreException {
        step = "deletion of all";
        for (FileName name : model.names()) {
            ModelFile file = model.file(name);
            if (file.exists()) {
                long watermark = file.state().watermark();
                apply(
                        name,
                        new Plan(List.of(new Plan.Edit.Delete()), TestVolume.TIME, List.of(), List.of(), watermark));
            }
        }
        Comparison.all(store, model);
        assertThat(store.usage().liveBytes()).as("live bytes of no files").isZero();
    }

    // -- stops

    private void restart() throws StoreException {
        step = "a restart";
        store.close();
        reopened(directory);
        Comparison.all(store, model);
    }

    private void reopened(Path folder) throws StoreException {
        directory = folder;
        store = control.open(folder);
        assertThat(store.bootCount()).as("boot count").isGreaterThan(bootCount);
        bootCount = store.bootCount();
    }

    /** Goes on with a copy of the folder, taken while the store was open: that is what a killed process leaves. */
    private void kill() throws Exception {
        step = "a kill";
        Path copy = nextFolder();
        Folders.copyQuiet(directory, copy);
        moveTo(copy);
        Comparison.all(store, model);
    }

    private void moveTo(Path folder) throws Exception {
        Path old = directory;
        store.close();
        Folders.delete(old);
        reopened(folder);
    }

    /** Goes on with the folder as it may be when the power fails while one change is written. */
    private void cutPower() throws Exception {
        FileName name = anyName();
        step = "a power cut during a change of " + name;
        Path torn = nextFolder();
        Folders.copyQuiet(directory, torn);
        ModelFile before = model.file(name);
        apply(name, plans.next(before));
        Path whole = nextFolder();
        Folders.copyQuiet(directory, whole);
        boolean cut = tear(torn, whole);
        moveTo(cut ? torn : whole);
        Folders.delete(cut ? whole : torn);
        FileVersion found = store.state(name).map(FileState::version).orElse(FileVersion.NONE);
        if (cut && found.equals(before.version())) {
            model.put(name, before);
        }
        Comparison.all(store, model);
    }

    /** Adds to the older folder a part of what the newer one has more in its log; false if RocksDB has begun others. */
    private boolean tear(Path older, Path newer) throws IOException {
        if (!Folders.sizes(older.resolve("db"))
                .keySet()
                .equals(Folders.sizes(newer.resolve("db")).keySet())) {
            return false;
        }
        for (Path file : Folders.files(newer.resolve("data"), ".data")) {
            addPart(file, older.resolve("data").resolve(file.getFileName()), 1);
        }
        for (Path log : Folders.files(newer.resolve("db"), ".log")) {
            addPart(log, older.resolve("db").resolve(log.getFileName()), random.nextDouble());
        }
        return true;
    }

    private static void addPart(Path newer, Path older, double share) throws IOException {
        byte[] all = Files.readAllBytes(newer);
        int from = Files.exists(older) ? (int) Files.size(older) : 0;
        if (all.length > from) {
            int to = from + (int) (share * (all.length - from));
            Files.write(older, Arrays.copyOfRange(all, from, to), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    // -- damage

    /** Changes one bit of a data file for a while: what it belongs to is refused, everything else is as before. */
    private void damageData() throws Exception {
        step = "a changed bit in a data file";
        List<Path> files = new ArrayList<>();
        for (Path file : Folders.files(directory.resolve("data"), ".data")) {
            if (Files.size(file) > 0) {
                files.add(file);
            }
        }
        if (files.isEmpty()) {
            return;
        }
        Path file = files.get(random.nextInt(files.size()));
        long at = random.nextInt((int) Files.size(file));
        int bit = 1 << random.nextInt(8);
        flip(file, at, bit);
        for (FileName name : model.names()) {
            ModelFile expected = model.file(name);
            try {
                Comparison.file(store, name, expected);
            } catch (CorruptDataException e) {
                assertThat(e.offset()).isBetween(0L, (long) expected.length());
            }
        }
        flip(file, at, bit);
        Comparison.all(store, model);
    }

    /** Changes one bit of an acknowledged record in the log of a copy: it is not opened as if that record never was. */
    private void damageLog() throws Exception {
        step = "a changed bit in the log";
        Path copy = nextFolder();
        Folders.copyQuiet(directory, copy);
        List<Path> logs = Folders.files(copy.resolve("db"), ".log");
        Path log = logs.get(logs.size() - 1);
        List<LogRecords.Place> records = LogRecords.of(Files.readAllBytes(log));
        if (!records.isEmpty()) {
            LogRecords.Place record = records.get(random.nextInt(records.size()));
            flip(log, record.payload() + random.nextInt(record.end() - record.payload()), 1 << random.nextInt(8));
            assertRefused(copy);
        }
        Folders.delete(copy);
    }

    private void assertRefused(Path folder) throws StoreException {
        try (FileStore opened = control.open(folder)) {
            Comparison.all(opened, model); // says what is missing
            throw new AssertionError("opened with a damaged log");
        } catch (VolumeRefusedException e) {
            assertThat(e.reason()).isEqualTo(VolumeRefusedException.Reason.DAMAGED);
        }
    }

    private static void flip(Path file, long at, int bit) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) (one.get(0) ^ bit)).flip();
            channel.write(one, at);
        }
    }

    @Override
    public void close() throws StoreException {
        store.close();
    }
}
