package org.dfile.store.history;

import java.util.ArrayList;
import java.util.List;

/** Where the records of a RocksDB log stand: blocks of 32 KiB, records with a header of CRC, length and type. */
final class LogRecords {

    static final int BLOCK_BYTES = 32 << 10;
    private static final int HEADER_BYTES = 7;

    private static final int MIDDLE = 3;
    private static final int LAST = 4;

    /** From {@code header} to {@code payload} the header, from there to {@code end} what its checksum covers. */
    record Place(int header, int payload, int end, int type) {

        boolean beginsBatch() {
            return type != MIDDLE && type != LAST;
        }
    }

    private LogRecords() {}

    static List<Place> of(byte[] log) {
        List<Place> places = new ArrayList<>();
        int at = 0;
        while (at + HEADER_BYTES <= log.length) {
            int leftInBlock = BLOCK_BYTES - at % BLOCK_BYTES;
            if (leftInBlock < HEADER_BYTES) {
                at += leftInBlock;
                continue;
            }
            int length = (log[at + 4] & 0xff) | (log[at + 5] & 0xff) << 8;
            int end = at + HEADER_BYTES + length;
            if (log[at + 6] == 0 || end > log.length) {
                return places; // room that was taken ahead, or the end
            }
            places.add(new Place(at, at + HEADER_BYTES, end, log[at + 6]));
            at = end;
        }
        return places;
    }
}
