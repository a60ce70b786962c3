package org.dfile.bench;

import java.nio.file.Path;
import java.util.Set;

/**
 * Measures one volume through the public interface of its module, in this process, with the settings that the module
 * proposes: what stands above the store adds to this, and what is missing here is missing there.
 */
final class StoreBench {

    private static final String ALL = "store-all";
    private static final Set<String> EACH = Set.of("store-creates", "store-bulk", "store-appends", "store-start");

    private final Figures figures = new Figures(System.out);
    private final Path folder;
    private final int rounds;

    StoreBench(Path folder, int rounds) {
        this.folder = folder;
        this.rounds = rounds;
    }

    static boolean has(String what) {
        return what.equals(ALL) || EACH.contains(what);
    }

    void run(String what) throws Exception {
        if (what.equals("store-creates") || what.equals(ALL)) {
            new StoreCreates(folder, figures).run(rounds);
        }
        if (what.equals("store-bulk") || what.equals(ALL)) {
            new StoreBulk(folder, figures).run(rounds);
        }
        if (what.equals("store-appends") || what.equals(ALL)) {
            new StoreAppends(folder, figures).run();
        }
        if (what.equals("store-start") || what.equals(ALL)) {
            new StoreStart(folder, figures).run(rounds);
        }
    }
}
