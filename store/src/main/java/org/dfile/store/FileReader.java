package org.dfile.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.FileState;

/** Answers questions about committed states. Each answer is of one moment. */
final class FileReader {

    /** A view is outdated when a data file was removed since; each time a batch was committed meanwhile. */
    private static final int MOST_VIEWS = 16;

    private static final int NOWHERE = -1;

    private final Database database;
    private final Records records;
    private final DataFiles dataFiles;
    private final Locations locations;

    FileReader(Database database, Records records, DataFiles dataFiles, Locations locations) {
        this.database = database;
        this.records = records;
        this.dataFiles = dataFiles;
        this.locations = locations;
    }

    Optional<FileState> state(FileName name) throws StoreException {
        try (Database.View view = database.snapshot()) {
            FileRecord file = records.file(view, name);
            return file == null ? Optional.empty() : Optional.of(records.state(view, name, file));
        }
    }

    ReadResult read(FileName name, long offset, int byteCount) throws StoreException {
        if (offset < 0 || byteCount < 0) {
            throw new IllegalArgumentException("offset " + offset + ", byte count " + byteCount);
        }
        Locations.Located located = locations.of(name);
        if (located != null && located.extents().isPresent()) {
            try {
                return read(located.file(), located.extents().get(), offset, byteCount);
            } catch (ExtentReader.OutdatedException | CorruptDataException e) {
                locations.forget(name); // the records know better: compaction may have moved it
            }
        }
        for (int views = 0; views < MOST_VIEWS; views++) {
            int mark = locations.mark(name);
            try (Database.View view = database.snapshot()) {
                FileRecord file = records.file(view, name);
                if (located == null && file != null && file.exists()) {
                    locations.remember(name, locate(view, file, mark));
                }
                return file == null || !file.exists()
                        ? new ReadResult(false, ChangeLine.committed(file).id().version(), 0, Bytes.EMPTY)
                        : readUnlessMoved(view, file, offset, byteCount);
            } catch (ExtentReader.OutdatedException e) {
                if (views == MOST_VIEWS - 1) {
                    throw new CorruptDataException(name + ": " + e.getMessage(), offset);
                }
            }
        }
        throw new AssertionError("the last view returns or throws");
    }

    /** Damage counts if the newest records, too, say that the bytes lie there: else compaction has moved them meanwhile. */
    private ReadResult readUnlessMoved(Database.View view, FileRecord file, long offset, int byteCount)
            throws CorruptDataException, ExtentReader.OutdatedException {
        try {
            return read(view, file, offset, byteCount);
        } catch (CorruptDataException e) {
            int before = dataFile(view, file.id(), e.offset());
            try (Database.View latest = database.latest()) {
                if (before != NOWHERE && before != dataFile(latest, file.id(), e.offset())) {
                    throw new ExtentReader.OutdatedException(before);
                }
            }
            throw e;
        }
    }

    /** Returns the number of the data file that a byte lies in. */
    private static int dataFile(Database.View view, long id, long offset) throws CorruptDataException {
        try (ExtentTable table = new ExtentTable(view, id)) {
            return table.first(offset) instanceof Extent.Data data ? data.run().file() : NOWHERE;
        }
    }

    private static Locations.Located locate(Database.View view, FileRecord file, int mark) throws CorruptDataException {
        List<Extent.Data> extents = new ArrayList<>();
        try (ExtentTable table = new ExtentTable(view, file.id())) {
            for (Extent extent = table.first(0); extent != null; extent = table.next()) {
                if (!(extent instanceof Extent.Data data) || extents.size() == Locations.MAX_EXTENTS) {
                    return new Locations.Located(file, Optional.empty(), mark);
                }
                extents.add(data);
            }
        }
        return new Locations.Located(file, Optional.of(List.copyOf(extents)), mark);
    }

    private ReadResult read(FileRecord file, List<Extent.Data> extents, long offset, int byteCount)
            throws CorruptDataException, ExtentReader.OutdatedException {
        int count = (int) Math.min(byteCount, Math.max(0, file.length() - offset));
        byte[] bytes = new byte[count];
        ExtentReader reader = new ExtentReader(dataFiles, null, bytes, offset);
        for (Extent.Data extent : extents) {
            if (extent.end() > offset && extent.offset() < offset + count) {
                reader.copy(extent);
            }
        }
        Bytes checked = Bytes.received(ByteBuffer.wrap(bytes), reader.checksum());
        return new ReadResult(true, file.version(), file.length(), checked);
    }

    private ReadResult read(Database.View view, FileRecord file, long offset, int byteCount)
            throws CorruptDataException, ExtentReader.OutdatedException {
        int count = (int) Math.min(byteCount, Math.max(0, file.length() - offset));
        Bytes bytes = count == 0 ? Bytes.EMPTY : bytes(view, file.id(), offset, count);
        return new ReadResult(true, file.version(), file.length(), bytes);
    }

    /** Returns bytes of the file as the view has it; they must be there. */
    Bytes bytes(Database.View view, long id, long offset, int byteCount)
            throws CorruptDataException, ExtentReader.OutdatedException {
        byte[] bytes = new byte[byteCount];
        int checksum;
        try (ExtentTable table = new ExtentTable(view, id)) {
            ExtentReader reader = new ExtentReader(dataFiles, table, bytes, offset);
            long end = offset + byteCount;
            for (Extent extent = table.first(offset); extent != null && extent.offset() < end; extent = table.next()) {
                reader.copy(extent);
            }
            checksum = reader.checksum();
        }
        return Bytes.received(ByteBuffer.wrap(bytes), checksum);
    }
}
