package org.dfile.store.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.dfile.store.StoreException;

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
        Folders.copyQuiet(world.directory, copy);
        moveTo(copy);
        world.compareAll();
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

    /** Goes on with the folder as it may be when the power fails while one change is written. */
    void cutPower(Change change) throws Exception {
        world.counts.fault();
        Path torn = world.nextFolder();
        Folders.copyQuiet(world.directory, torn);
        Model before = new Model(world.model);
        change.run();
        world.step = "a power cut during " + world.step;
        Path whole = world.nextFolder();
        Folders.copyQuiet(world.directory, whole);
        boolean cut = tear(torn, whole);
        moveTo(cut ? torn : whole);
        Folders.delete(cut ? whole : torn);
        if (cut) {
            compareWithEither(before);
        } else {
            world.compareAll();
        }
    }

    /** Nobody was told of the change: it is there whole, or not at all. */
    private void compareWithEither(Model before) throws StoreException {
        try {
            world.compareAll();
        } catch (AssertionError notWhole) {
            world.model = before;
            try {
                world.compareAll();
            } catch (AssertionError notAbsent) {
                notAbsent.addSuppressed(notWhole);
                throw notAbsent;
            }
        }
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
