package org.dfile.store.history;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dfile.store.Control;
import org.dfile.store.StoreException;

/**
 * One random history of a store and of the model: changes, alone and many at a time, refused ones, all that other
 * replicas ask for, questions, compaction and scrub, clean stops, kills, power cuts in the middle of a commit, damaged
 * bytes. After each step both say the same.
 */
final class RandomHistory implements AutoCloseable {

    private static final int STEPS = 60;
    private static final int ONE_IN_TRANSFERS = 4;

    private final World world;
    private final FileSteps files;
    private final ReplicaSteps replica;
    private final TransferSteps transfers;
    private final UpkeepSteps upkeep;
    private final StopSteps stops;

    private RandomHistory(long seed, Path parent, Control control, Counts counts) throws StoreException {
        this.world = new World(seed, parent, control, counts);
        this.files = new FileSteps(world);
        this.replica = new ReplicaSteps(world);
        this.transfers = new TransferSteps(world, files);
        this.upkeep = new UpkeepSteps(world);
        this.stops = new StopSteps(world, transfers);
    }

    /** Runs one history of each seed that it gets, each in a folder of its own below {@code directory}. */
    static Seeds.Run in(Path directory, Control control, Counts counts) {
        return seed -> {
            Path folder = Files.createDirectory(directory.resolve(Long.toString(seed)));
            try (RandomHistory history = new RandomHistory(seed, folder, control, counts)) {
                history.run();
            }
            Folders.delete(folder);
            counts.seed();
        };
    }

    private void run() throws Exception {
        for (int i = 0; i < STEPS; i++) {
            run(i, () -> step(world.random.nextInt(100)));
        }
        run(STEPS, stops::restart);
        if (world.oneIn(ONE_IN_TRANSFERS)) {
            run(STEPS + 1, transfers::fillAnother);
        }
        run(STEPS + 2, replica::dropAll);
        run(STEPS + 3, files::deleteAll);
    }

    private interface Step {
        void run() throws Exception;
    }

    private void run(int number, Step next) {
        world.counts.operation();
        try {
            next.run();
        } catch (Exception | AssertionError e) {
            throw new AssertionError("step " + number + ", " + world.step + ": " + e.getMessage(), e);
        }
    }

    private void step(int kind) throws Exception {
        if (kind < 36) {
            files.change();
        } else if (kind < 41) {
            files.changeMany();
        } else if (kind < 45) {
            files.changeRefused();
        } else if (kind < 47) {
            files.stageAndLeave();
        } else if (kind < 50) {
            files.ask();
        } else if (kind < 76) {
            replicaStep(kind - 50);
        } else if (kind < 84) {
            transferStep(kind - 76);
        } else if (kind < 91) {
            upkeepStep(kind - 84);
        } else if (kind < 94) {
            stops.restart();
        } else if (kind < 96) {
            stops.kill();
        } else {
            List<StopSteps.Change> changes =
                    List.of(files::change, files::change, replica::accept, replica::promote, transfers::install);
            stops.cutPower(changes.get(world.random.nextInt(changes.size())));
        }
    }

    private void replicaStep(int kind) throws Exception {
        if (kind < 8) {
            replica.accept();
        } else if (kind < 10) {
            replica.acceptAgain();
        } else if (kind < 15) {
            replica.promote();
        } else if (kind < 17) {
            replica.drop();
        } else if (kind < 19) {
            replica.readPending();
        } else if (kind < 21) {
            replica.promise();
        } else if (kind < 23) {
            replica.complete();
        } else {
            replica.purge();
        }
    }

    private void transferStep(int kind) throws Exception {
        if (kind < 5) {
            transfers.hold();
        } else {
            transfers.install();
        }
    }

    private void upkeepStep(int kind) throws Exception {
        if (kind < 2) {
            upkeep.compact();
        } else if (kind < 3) {
            upkeep.scrub();
        } else if (kind < 5) {
            upkeep.damageData();
        } else {
            upkeep.damageLog();
        }
    }

    @Override
    public void close() throws StoreException {
        transfers.letGo();
        world.close();
    }
}
