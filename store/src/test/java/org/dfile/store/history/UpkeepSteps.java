package org.dfile.store.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.dfile.model.FileName;
import org.dfile.store.CorruptDataException;
import org.dfile.store.LocalStore;
import org.dfile.store.ScrubStatus;
import org.dfile.store.StoreException;
import org.dfile.store.Upkeep;
import org.dfile.store.VolumeRefusedException;

/** Compaction and scrub, and damage that the scrub and the reads must find. */
final class UpkeepSteps {

    private final World world;

    UpkeepSteps(World world) {
        this.world = world;
    }

    /** Compacts, or lets compaction run beside the next steps. */
    void compact() throws StoreException {
        world.step = "a compaction";
        if (world.oneIn(3)) {
            Upkeep.wakeCompactor(world.store);
            return;
        }
        world.counts.compacted(Upkeep.compact(world.store));
        world.compareAll();
    }

    void scrub() throws StoreException {
        world.step = "a scrub";
        ScrubStatus status = Upkeep.scrub(world.store);
        assertThat(status.damage()).isEmpty();
        assertThat(status.last()).hasValueSatisfying(last -> {
            assertThat(last.complete()).isTrue();
            assertThat(last.files())
                    .as("files scrubbed")
                    .isEqualTo(world.model.names().size());
        });
        world.counts.scrub();
    }

    /** Changes one bit of a data file for a while: what it belongs to is refused, everything else is as before. */
    void damageData() throws Exception {
        world.step = "a changed bit in a data file";
        world.counts.fault();
        endCompaction();
        List<Path> files = new ArrayList<>();
        for (Path file : Folders.files(world.directory.resolve("data"), ".data")) {
            if (Files.size(file) > 0) {
                files.add(file);
            }
        }
        if (files.isEmpty()) {
            return;
        }
        Path file = files.get(world.random.nextInt(files.size()));
        long at = world.random.nextInt((int) Files.size(file));
        int bit = 1 << world.random.nextInt(8);
        flip(file, at, bit);
        List<String> refused = refused();
        ScrubStatus status = Upkeep.scrub(world.store);
        assertThat(status.damage().stream().map(damage -> damage.name()).distinct())
                .as("damage found by the scrub, or by the reads")
                .containsAll(refused)
                .hasSizeLessThanOrEqualTo(1); // a block belongs to one file
        flip(file, at, bit);
        world.compareAll();
        assertThat(Upkeep.scrub(world.store).damage())
                .as("damage that is gone again")
                .isEmpty();
        world.counts.scrub();
    }

    /** Compacts until nothing is left to move, so that no byte is where it was read for a move that comes later. */
    private void endCompaction() throws StoreException {
        world.store.changedSince(0, 1); // syncs promotions: a data file that they have emptied goes then
        int still = 0;
        while (still < 2) {
            long copied = Upkeep.compact(world.store);
            world.counts.compacted(copied);
            still = copied == 0 ? still + 1 : 0;
        }
    }

    /** Reads everything and returns the names whose bytes cannot be had. */
    private List<String> refused() throws StoreException {
        List<String> refused = new ArrayList<>();
        for (FileName name : world.model.names()) {
            ModelFile expected = world.model.file(name);
            try {
                Comparison.file(world.store, name, expected);
            } catch (CorruptDataException e) {
                assertThat(e.offset()).isBetween(0L, (long) expected.length());
                refused.add(name.toString());
            }
        }
        return refused;
    }

    /** Changes one bit of an acknowledged record in the log of a copy: it is not opened as if that record never was. */
    void damageLog() throws Exception {
        world.step = "a changed bit in the log";
        world.counts.fault();
        Path copy = world.nextFolder();
        Folders.copyQuiet(world.directory, copy);
        List<Path> logs = Folders.files(copy.resolve("db"), ".log");
        Path log = logs.get(logs.size() - 1);
        List<LogRecords.Place> records = LogRecords.of(Files.readAllBytes(log));
        if (!records.isEmpty()) {
            LogRecords.Place record = records.get(world.random.nextInt(records.size()));
            int payload = record.end() - record.payload();
            flip(log, record.payload() + world.random.nextInt(payload), 1 << world.random.nextInt(8));
            assertRefused(copy);
        }
        Folders.delete(copy);
    }

    private void assertRefused(Path folder) throws StoreException {
        try (LocalStore opened = world.control.open(folder)) {
            Comparison.all(opened, world.model); // says what is missing
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
}
