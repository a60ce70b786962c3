package org.dfile.store;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.replica.Committed;

/**
 * Committed states that are held for transfers. Each holds a view of the records, and all data files that were there when
 * it was taken.
 */
final class Pins {

    /** More than this many transfers at a time would hold back too much room. */
    private static final int MOST = 64;

    private final Database database;
    private final Records records;
    private final DataFiles dataFiles;
    private final FileReader reader;
    private final Gate gate;
    private final Consumer<FileName> suspect;

    // Guarded by this.
    private final Set<Pin> open = new HashSet<>();

    /** @param suspect told the name of a file of which damaged bytes were met */
    Pins(
            Database database,
            Records records,
            DataFiles dataFiles,
            FileReader reader,
            Gate gate,
            Consumer<FileName> suspect) {
        this.database = database;
        this.records = records;
        this.dataFiles = dataFiles;
        this.reader = reader;
        this.gate = gate;
        this.suspect = suspect;
    }

    synchronized Optional<PinnedState> pin(FileName name) throws StoreException {
        if (open.size() >= MOST) {
            throw new ConflictException(MOST + " states are held already");
        }
        DataFiles.Held<Database.View> held = dataFiles.hold(database::snapshot);
        Pin pin = null;
        try {
            FileRecord file = records.file(held.value(), name);
            if (file != null) {
                pin = new Pin(name, held, file, records.state(held.value(), name, file));
                open.add(pin);
            }
            return Optional.ofNullable(pin);
        } finally {
            if (pin == null) {
                letGo(held);
            }
        }
    }

    private void letGo(DataFiles.Held<Database.View> held) throws PoisonedException {
        held.value().close();
        dataFiles.letGo(held.files());
    }

    /** Ends all of them, before the database is closed. */
    void close() throws PoisonedException {
        for (Pin pin : all()) {
            pin.end();
        }
    }

    private synchronized List<Pin> all() {
        return List.copyOf(open);
    }

    private final class Pin implements PinnedState {

        private final FileName name;
        private final DataFiles.Held<Database.View> held;
        private final FileRecord file;
        private final FileState state;

        Pin(FileName name, DataFiles.Held<Database.View> held, FileRecord file, FileState state) {
            this.name = name;
            this.held = held;
            this.file = file;
            this.state = state;
        }

        @Override
        public FileState state() {
            return state;
        }

        @Override
        public Committed committed() {
            return file.committed();
        }

        @Override
        public Bytes read(long offset, int byteCount) throws StoreException {
            if (offset < 0 || byteCount < 0) {
                throw new IllegalArgumentException("offset " + offset + ", byte count " + byteCount);
            }
            return gate.call(() -> {
                try {
                    return readOpen(offset, byteCount);
                } catch (CorruptDataException e) {
                    suspect.accept(name);
                    throw e;
                }
            });
        }

        private synchronized Bytes readOpen(long offset, int byteCount) throws StoreException {
            synchronized (Pins.this) {
                if (!open.contains(this)) {
                    throw new IllegalStateException("the state is not held any more");
                }
            }
            int count = (int) Math.min(byteCount, Math.max(0, file.length() - offset));
            if (count == 0) {
                return Bytes.EMPTY;
            }
            try {
                return reader.bytes(held.value(), file.id(), offset, count);
            } catch (ExtentReader.OutdatedException e) {
                throw new CorruptDataException(String.valueOf(e.getMessage()), offset); // all its files are held
            }
        }

        @Override
        public void close() {
            gate.unlessClosed(() -> {
                try {
                    end();
                } catch (PoisonedException e) {
                    return; // whoever comes next is told
                }
            });
        }

        private synchronized void end() throws PoisonedException {
            synchronized (Pins.this) {
                if (open.remove(this)) {
                    letGo(held);
                }
            }
        }
    }
}
