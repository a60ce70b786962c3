package org.dfile.store.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.dfile.model.FileName;
import org.dfile.store.Control;
import org.dfile.store.LocalStore;
import org.dfile.store.StoreException;
import org.dfile.store.TestVolume;

/** The store and the model of one history, and where the history is. */
final class World implements AutoCloseable {

    static final int NAMES = 6;
    static final int LONGEST_STAGED = 90_000;
    private static final int LONGEST_FILE = 200_000;

    final Control control;
    final Random random;
    final PlanSource plans;
    final Counts counts;
    Model model = new Model();
    Path directory;
    LocalStore store;

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
        TestVolume.format(directory);
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
