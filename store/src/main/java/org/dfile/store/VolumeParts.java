package org.dfile.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.dfile.model.FileName;
import org.rocksdb.RocksDBException;

/** All that an open volume is made of, put together; nothing of it runs yet. */
final class VolumeParts {

    final VolumeDirectory directory;
    final FileChannel lock;
    final Health health;
    final Database database;
    final DataFiles dataFiles;
    final SpaceGuard space;
    final Stager stager;
    final Preparer preparer;
    final Committer committer;
    final FileReader reader;
    final NameReader names;
    final Compactor compactor;
    final Scrubber scrubber;
    final Slots slots;
    final Replicas replicas;
    final PendingBatches pendingBatches;
    final PendingReader pendingReader;
    final SlotPages pages;
    final Marks marks;
    final Pins pins;
    final Gate gate;
    final long bootCount;

    private final Set<FileName> changing = ConcurrentHashMap.newKeySet();
    private final Locations locations = new Locations(changing);

    /** Counts the boot, durably, before anything else is written. */
    VolumeParts(
            VolumeDirectory directory,
            VolumeIdentity identity,
            StoreSettings settings,
            Safeguards safeguards,
            FileChannel lock,
            Health health,
            Database database)
            throws IOException, RocksDBException {
        this.directory = directory;
        this.lock = lock;
        this.health = health;
        this.database = database;
        this.dataFiles = new DataFiles(directory.data(), settings, safeguards, health);
        this.space = new SpaceGuard(directory.path(), database, settings);
        this.stager = new Stager(dataFiles, space, settings);
        this.reader = new FileReader(database, new Records(), dataFiles, locations);
        this.names = new NameReader(database, new Records());
        Records records = new Records();
        Records.Totals totals;
        try (Database.View view = database.latest()) {
            if (!records.belongsTo(view, identity)) {
                throw new IOException("the records are those of another volume");
            }
            totals = records.totals(view);
            dataFiles.open(records.liveBytes(view), directory.stoppedCleanly());
            slots = new Slots(view);
            bootCount = records.bootCount(view) + 1;
        }
        directory.unmarkClean(); // before the first write
        database.write(List.of(Records.putBootCount(bootCount)));
        UnderWay underWay = new UnderWay(changing, locations::ended);
        AtomicLong nextId = new AtomicLong(totals.nextId());
        this.preparer = new Preparer(database, records, dataFiles, stager, space, nextId, underWay);
        this.committer = new Committer(settings, database, dataFiles, stager, space, health, nextId, slots, totals);
        this.gate = new Gate(directory.path(), health);
        this.scrubber = scrubber(records, settings.upkeep());
        this.pins = new Pins(database, records, dataFiles, reader, gate, scrubber::suspect);
        ChangeLine line = new ChangeLine(database, preparer, committer, underWay);
        StatePreparer states = new StatePreparer(dataFiles, nextId, underWay, preparer);
        this.replicas = new Replicas(database, records, states, slots, line);
        this.pendingBatches = new PendingBatches(records, stager, space, preparer, slots, line);
        this.pendingReader = new PendingReader(database, records, dataFiles);
        this.pages = new SlotPages(database, records, slots, line);
        this.marks = new Marks(database, line);
        this.compactor = new Compactor(database, dataFiles, space, committer, underWay, health, settings);
    }

    private Scrubber scrubber(Records records, UpkeepSettings settings) throws CorruptDataException {
        try (Database.View view = database.latest()) {
            DamageLog log = new DamageLog(directory, committer, view, settings.damageLimit());
            return new Scrubber(
                    database,
                    new FileCheck(database, records, dataFiles),
                    directory,
                    committer,
                    log,
                    health,
                    settings,
                    ScrubState.read(view));
        }
    }
}
