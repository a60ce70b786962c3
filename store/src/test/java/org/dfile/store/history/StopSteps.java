package org.dfile.store.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.dfile.store.StoreException;
import org.dfile.store.Upkeep;

/** Ends of a store, clean and other ones, and its next start. */
final class StopSteps {

    private final World world;
    private final TransferSteps transfers;

    StopSteps(World world, TransferSteps transfers) {
        this.world = world;
        this.transfers = transfers;
    }

    void restart() throws StoreException {
        world.step = "a restart";
        transfers.letGo();
        world.store.close();
        world.reopen(world.directory);
        world.compareAll();
    }

    /** Goes on with a copy of the folder, taken while the store was open: that is what a killed process leaves. */
    void kill() throws Exception {
        world.step = "a kill";
        world.counts.fault();
        Path copy = world.nextFolder();
        List<Model> models = world.orUndone(Upkeep.unsynced(world.store));
        Folders.copyQuiet(world.directory, copy);
        moveTo(copy);
        world.compareAllWithOneOf(models);
    }

    private void moveTo(Path folder) throws Exception {
        Path old = world.directory;
        transfers.letGo();
        world.store.close();
        Folders.delete(old);
        world.reopen(folder);
    }

    /** One change of the store, told to the model, too. */
    interface Change {
        void run() throws StoreException;
    }

    /** Goes on with the folder as it may be when the power fails while one change is written, of which nobody was told. */
    void cutPower(Change change) throws Exception {
        world.counts.fault();
        Path torn = world.nextFolder();
        List<Model> before = world.orUndone(Upkeep.unsynced(world.store));
        Folders.copyQuiet(world.directory, torn);
        before.set(0, new Model(world.model));
        change.run();
        world.step = "a power cut during " + world.step;
        Path whole = world.nextFolder();
        List<Model> after = world.orUndone(Upkeep.unsynced(world.store));
        Folders.copyQuiet(world.directory, whole);
        boolean cut = tear(torn, whole);
        moveTo(cut ? torn : whole);
        Folders.delete(cut ? whole : torn);
        if (cut) {
            after.addAll(before);
        }
        world.compareAllWithOneOf(after);
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
            addPart(log, older.resolve("db").resolve(log.getFileName()), world.random.nextDouble());
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
}
