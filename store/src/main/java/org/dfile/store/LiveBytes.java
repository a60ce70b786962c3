package org.dfile.store;

import java.util.HashMap;
import java.util.Map;

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
