package org.dfile.store.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.dfile.model.FileName;
import org.dfile.store.AmnesiacException;
import org.dfile.store.Control;
import org.dfile.store.CorruptDataException;
import org.dfile.store.FileStore;
import org.dfile.store.LocalStore;
import org.dfile.store.PoisonedException;
import org.dfile.store.ScrubStatus;
import org.dfile.store.StoreException;
import org.dfile.store.TestVolume;
import org.dfile.store.Upkeep;
import org.dfile.store.VolumeRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of file in a volume is damaged in every way: what was stored comes back as it was, or the damage is told at
 * the start or by the read. It is never handed out, and a name that was acknowledged is never said not to be.
 */
class BitRotTest {

    private static final int CHANGES = 60;
    private static final int NAMES = 12;
    private static final int TIMES = Seeds.time().isZero() ? 3 : 12;
    private static final int LONGEST_FILE = 150_000;
    private static final int LONGEST_STAGED = 90_000;
    private static final int PAGE_BYTES = 4 << 10;

    /** By path in the volume. Nothing is ever read from RocksDB's info log and from the lock. */
    private enum Kind {
        VOLUME("VOLUME"),
        CLEAN("CLEAN"),
        DATA("data/.*[.]data"),
        TABLE("db/.*[.]sst"),
        LOG("db/.*[.]log"),
        MANIFEST("db/MANIFEST-.*"),
        CURRENT("db/CURRENT"),
        OPTIONS("db/OPTIONS-.*"),
        IDENTITY("db/IDENTITY"),
        QUARANTINE("quarantine/.*");

        private final String pattern;

        Kind(String pattern) {
            this.pattern = pattern;
        }
    }

    private enum Damage {
        FLIP,
        /** A bit in the length of a record of a log: the record then seems to end elsewhere. */
        FLIP_LENGTH,
        CUT_HALF,
        CUT_LAST_BYTE,
        EMPTY,
        ZERO_PAGE,
        SWAP,
        OLD_COPY,
        GONE
    }

    private enum Outcome {
        REFUSED,
        TOLD_BY_READS,
        TOLD_BY_SCRUB,
        HARMLESS,
        WRONG
    }

    @TempDir(factory = FastTempDir.class)
    Path directory;

    private final Model model = new Model();
    private final Random random = new Random(Seeds.first("bit rot"));
    private final PlanSource plans = new PlanSource(random, LONGEST_FILE, LONGEST_STAGED);
    private final Map<String, Map<Outcome, Integer>> outcomes = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();
    private Path old = Path.of("");
    private int states;

    /**
     * What is not noticed: the newest log of a volume that was not closed, if it ends earlier than it did, in whatever
     * way, looks like one whose last records were never acknowledged (I13 says what remains uncovered). Not so if a
     * record begins after what was changed.
     */
    private static boolean uncovered(String state, Kind kind, Damage damage, boolean newest, boolean goesOn) {
        return state.equals("left open") && kind == Kind.LOG && newest && damage != Damage.FLIP && !goesOn;
    }

    /** Whether a batch begins in a log after the last byte that was changed, the length being the same. */
    private static boolean goesOn(byte[] before, Path changed) throws IOException {
        byte[] after = Files.exists(changed) ? Files.readAllBytes(changed) : new byte[0];
        if (after.length != before.length) {
            return false;
        }
        int last = before.length - 1;
        while (last >= 0 && before[last] == after[last]) {
            last--;
        }
        int end = last;
        return LogRecords.of(before).stream().anyMatch(record -> record.header() > end && record.beginsBatch());
    }

    @Test
    void anyFile_damagedInAnyWay_neverServedAndNeverForgotten() throws Exception {
        Path open = directory.resolve("open");
        Path closed = directory.resolve("volume");
        old = directory.resolve("old");
        fill(closed, open);
        damageAll("left open", open);
        damageAll("closed", closed);
        outcomes.forEach((what, counts) -> System.out.println(what + " " + counts));
        wrong.forEach(System.out::println);
        System.out.println(states + " damaged volumes");
        assertThat(wrong).filteredOn(what -> what.startsWith("WRONG")).isEmpty();
        assertThat(outcomes.keySet()).anyMatch(what -> what.contains(" DATA FLIP"));
    }

    /** Fills a volume over two starts, with copies of an earlier state and of the last one before it is closed. */
    private void fill(Path volume, Path open) throws Exception {
        TestVolume.format(volume);
        try (FileStore store = Control.NONE.open(volume)) {
            change(store);
        }
        try (LocalStore store = Control.NONE.open(volume)) {
            setAside(store, volume);
            change(store);
            Folders.copyQuiet(volume, old);
            change(store);
            Folders.copyQuiet(volume, open);
        }
    }

    /** Has the scrub find damage once, so that there is something in quarantine. */
    private void setAside(LocalStore store, Path volume) throws Exception {
        Path file = Folders.files(volume.resolve("data"), ".data").get(0);
        byte[] content = Files.readAllBytes(file);
        byte[] damaged = content.clone();
        for (int at = 0; at < damaged.length; at += PAGE_BYTES) {
            damaged[at] ^= 1;
        }
        Files.write(file, damaged, StandardOpenOption.WRITE);
        assertThat(Upkeep.scrub(store).damage()).isNotEmpty();
        Files.write(file, content, StandardOpenOption.WRITE);
        assertThat(Upkeep.scrub(store).damage()).isEmpty();
        assertThat(Folders.sizes(volume.resolve("quarantine"))).isNotEmpty();
    }

    private void change(FileStore store) throws StoreException {
        for (int i = 0; i < CHANGES; i++) {
            FileName name = FileName.of("f" + random.nextInt(NAMES));
            ModelFile before = model.file(name);
            Plan plan = plans.next(before);
            TestVolume.await(store.apply(name, before.version(), plan.batch(store, before)));
            model.put(name, before.after(plan));
        }
    }

    private void damageAll(String state, Path volume) throws IOException {
        for (String file : Folders.sizes(volume).keySet()) {
            for (Kind kind : Kind.values()) {
                if (file.matches(kind.pattern)) {
                    damage(state, volume, kind, file);
                }
            }
        }
    }

    private void damage(String state, Path volume, Kind kind, String file) throws IOException {
        for (Damage damage : Damage.values()) {
            boolean often = damage == Damage.FLIP || damage == Damage.FLIP_LENGTH;
            for (int i = 0; i < (often ? TIMES : 1); i++) {
                Path copy = directory.resolve("damaged");
                Folders.copy(volume, copy);
                byte[] before = Files.readAllBytes(copy.resolve(file));
                String how = damage(kind, damage, copy, file);
                if (!how.isEmpty()) {
                    states++;
                    judge(
                            state,
                            uncovered(
                                    state,
                                    kind,
                                    damage,
                                    newest(volume, file),
                                    kind == Kind.LOG && goesOn(before, copy.resolve(file))),
                            kind + " " + damage,
                            file + how,
                            copy);
                }
                Folders.delete(copy);
            }
        }
    }

    private static boolean newest(Path volume, String file) throws IOException {
        List<Path> logs = Folders.files(volume.resolve("db"), ".log");
        return !logs.isEmpty() && logs.get(logs.size() - 1).endsWith(Path.of(file));
    }

    /** Returns what was done, or nothing if it cannot be done to this file. */
    private String damage(Kind kind, Damage damage, Path volume, String file) throws IOException {
        Path path = volume.resolve(file);
        byte[] content = Files.readAllBytes(path);
        switch (damage) {
            case GONE -> {
                Files.delete(path);
                return " ";
            }
            case OLD_COPY -> {
                Path earlier = old.resolve(file);
                if (!Files.exists(earlier) || Arrays.equals(Files.readAllBytes(earlier), content)) {
                    return "";
                }
                Files.write(path, Files.readAllBytes(earlier));
                return " of " + Files.size(earlier) + " for " + content.length + " bytes";
            }
            case SWAP -> {
                return swap(path, content);
            }
            default -> {
                String how = content.length == 0 ? "" : change(kind, damage, content);
                int length = switch (damage) {
                    case CUT_HALF -> content.length / 2;
                    case CUT_LAST_BYTE -> content.length - 1;
                    case EMPTY -> 0;
                    default -> content.length;
                };
                Files.write(path, Arrays.copyOf(content, Math.max(0, length)));
                return how;
            }
        }
    }

    private static String swap(Path path, byte[] content) throws IOException {
        String name = path.getFileName().toString();
        String ending = name.substring(name.lastIndexOf('.') + 1);
        for (Path other : Folders.files(path.resolveSibling(""), "." + ending)) {
            if (!other.getFileName().equals(path.getFileName())) {
                Files.write(path, Files.readAllBytes(other));
                Files.write(other, content);
                return " with " + other.getFileName();
            }
        }
        return "";
    }

    private String change(Kind kind, Damage damage, byte[] content) {
        int at = random.nextInt(content.length);
        int bit = random.nextInt(8);
        switch (damage) {
            case FLIP -> {
                content[at] ^= (byte) (1 << bit);
                return " bit " + bit + " at " + at + " of " + content.length;
            }
            case FLIP_LENGTH -> {
                List<LogRecords.Place> records = kind == Kind.LOG ? LogRecords.of(content) : List.of();
                if (records.isEmpty()) {
                    return "";
                }
                int record = records.size() - 1 - random.nextInt(Math.min(records.size(), 10));
                int place = records.get(record).header() + 4 + random.nextInt(2);
                content[place] ^= (byte) (1 << bit);
                return " bit " + bit + " at " + place + ", record " + record + " of " + records.size();
            }
            case ZERO_PAGE -> {
                int page = at / PAGE_BYTES * PAGE_BYTES;
                Arrays.fill(content, page, Math.min(content.length, page + PAGE_BYTES), (byte) 0);
                return " at " + page + " of " + content.length;
            }
            default -> {
                return " of " + content.length;
            }
        }
    }

    private void judge(String state, boolean uncovered, String what, String how, Path volume) {
        Outcome outcome;
        try {
            outcome = open(volume);
        } catch (Exception | AssertionError e) {
            outcome = Outcome.WRONG;
            String verdict = uncovered ? "uncovered: " : "WRONG: ";
            String why = String.valueOf(e).replaceAll("\\s+", " ");
            wrong.add(verdict + state + ", " + what + " of " + how + ": "
                    + why.substring(0, Math.min(why.length(), 200)));
        }
        outcomes.computeIfAbsent(state + " " + what, any -> new EnumMap<>(Outcome.class))
                .merge(outcome, 1, Integer::sum);
    }

    private Outcome open(Path volume) throws StoreException {
        boolean told = false;
        boolean scrubTells;
        try (LocalStore store = Control.NONE.open(volume)) {
            for (FileName name : model.names()) {
                told |= told(() -> Comparison.file(store, name, model.file(name)));
            }
            told |= told(() -> Comparison.list(store, model, "", "", Integer.MAX_VALUE));
            ScrubStatus scrub = Upkeep.scrub(store);
            scrubTells = !scrub.damage().isEmpty()
                    || !scrub.last().map(ScrubStatus.Result::complete).orElse(false);
            assertThat(scrubTells || !told).as("a scrub finds what reads find").isTrue();
        } catch (VolumeRefusedException e) {
            return Outcome.REFUSED;
        } catch (PoisonedException e) {
            return Outcome.TOLD_BY_READS; // RocksDB met the damage while it rewrote its tables
        }
        if (told) {
            return Outcome.TOLD_BY_READS;
        }
        return scrubTells ? Outcome.TOLD_BY_SCRUB : Outcome.HARMLESS;
    }

    private interface Question {
        void ask() throws StoreException;
    }

    private static boolean told(Question question) throws StoreException {
        try {
            question.ask();
            return false;
        } catch (CorruptDataException | AmnesiacException e) {
            return true;
        }
    }
}
