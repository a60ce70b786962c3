package org.dfile.store.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.dfile.model.FileName;
import org.dfile.store.Control;
import org.dfile.store.LocalStore;
import org.dfile.store.StoreException;
import org.dfile.store.TestVolume;

/** The store and the model of one history, and where the history is. */
final class World implements AutoCloseable {

    private static final int ONE_IN_REPLACEMENTS = 4;
    private static final int MOST_UNDONE = 60;
    static final int NAMES = 6;
    static final int LONGEST_STAGED = 90_000;
    private static final int LONGEST_FILE = 200_000;

    final Control control;
    final Random random;
    final PlanSource plans;
    final Counts counts;
    Model model;
    Path directory;
    LocalStore store;

    /** What the model was before each of the latest promotions, which a crash may undo; the newest comes first. */
    private final Deque<Model> beforePromotions = new ArrayDeque<>();

    /** What is being done, for people. */
    String step = "at the start";

    private final Path parent;
    private int folders;
    private long bootCount;

    /** @param parent an empty directory of this history alone */
    World(long seed, Path parent, Control control, Counts counts) throws StoreException {
        this.parent = parent;
        this.control = control;
        this.counts = counts;
        this.random = new Random(seed);
        this.plans = new PlanSource(random, LONGEST_FILE, LONGEST_STAGED);
        this.directory = nextFolder();
        boolean replacement = oneIn(ONE_IN_REPLACEMENTS);
        this.model = new Model(!replacement);
        if (replacement) {
            TestVolume.formatReplacement(directory);
        } else {
            TestVolume.format(directory);
        }
        this.store = control.open(directory);
        this.bootCount = store.bootCount();
    }

    Path nextFolder() {
        return parent.resolve("v" + folders++);
    }

    /** Opens a folder; the store before must be closed. */
    void reopen(Path folder) throws StoreException {
        directory = folder;
        store = control.open(folder);
        assertThat(store.bootCount()).as("boot count").isGreaterThan(bootCount);
        bootCount = store.bootCount();
        counts.restart();
    }

    /** To be called before a promotion is told to the model. */
    void promotes() {
        beforePromotions.addFirst(new Model(model));
        if (beforePromotions.size() > MOST_UNDONE) {
            beforePromotions.removeLast();
        }
    }

    /** Returns what the model may be after a crash before which so many of the latest promotions were not on disk. */
    List<Model> orUndone(long promotions) {
        List<Model> models = new ArrayList<>(List.of(model));
        beforePromotions.stream().limit(promotions).forEach(models::add);
        return models;
    }

    /** Compares as {@link #compareAll}, with one of several models; that is the model from now on. */
    void compareAllWithOneOf(List<Model> models) throws StoreException {
        AssertionError first = null;
        for (Model candidate : models) {
            model = candidate;
            try {
                compareAll();
                return;
            } catch (AssertionError differs) {
                if (first == null) {
                    first = differs;
                } else {
                    first.addSuppressed(differs);
                }
            }
        }
        throw Objects.requireNonNull(first);
    }

    /** Compares everything that store and model know. */
    void compareAll() throws StoreException {
        Comparison.all(store, model);
        Comparison.replica(store, model);
    }

    FileName anyName() {
        int number = random.nextInt(NAMES);
        return FileName.of(number < NAMES / 2 ? "f" + number : "d/f" + number);
    }

    Plan nextPlan(FileName name) {
        return plans.next(model.file(name), model.slot(name.slot()).floor());
    }

    boolean oneIn(int number) {
        return random.nextInt(number) == 0;
    }

    @Override
    public void close() throws StoreException {
        store.close();
    }
}
