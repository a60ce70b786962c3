package org.dfile.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.dfile.model.Batch;
import org.dfile.model.Operation;

/** By how many bytes the live bytes change: of each data file, and of the pieces beside the records. Of one thread. */
final class LiveBytes {

    private final Map<Integer, Long> byDataFile = new HashMap<>();
    private long inPieces;

    void add(Extent extent) {
        change(extent, extent.byteCount());
    }

    void remove(Extent extent) {
        change(extent, -extent.byteCount());
    }

    /** Adds what a pending batch has in data files. */
    void add(Batch pending) {
        runs(pending).forEach(run -> byDataFile.merge(run.file(), (long) run.byteCount(), Long::sum));
    }

    void remove(Batch pending) {
        runs(pending).forEach(run -> byDataFile.merge(run.file(), (long) -run.byteCount(), Long::sum));
    }

    private static List<Run> runs(Batch pending) {
        return pending.operations().stream()
                .filter(Operation.WriteStaged.class::isInstance)
                .flatMap(write -> ((Operation.WriteStaged) write).pieces().stream())
                .map(piece -> ((StoredBytes) piece).run())
                .filter(Objects::nonNull)
                .toList();
    }

    private void change(Extent extent, long delta) {
        if (extent instanceof Extent.Data data) {
            byDataFile.merge(data.run().file(), delta, Long::sum);
        } else {
            inPieces += delta;
        }
    }

    Map<Integer, Long> byDataFile() {
        return byDataFile;
    }

    long inPieces() {
        return inPieces;
    }
}
