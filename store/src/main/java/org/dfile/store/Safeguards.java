package org.dfile.store;

/**
 * What keeps the promises of a volume. Volumes are opened with {@link #ALL}; tests take one away at a time, to show that
 * they notice.
 *
 * @param syncedCommits a change is answered after its record is on disk (I11)
 * @param checkedBlocks bytes of data files are held against their checksums when they are read (I14)
 * @param damagedLogsRefused a log that is damaged before its end is not taken for one that ends there (I13)
 */
record Safeguards(boolean syncedCommits, boolean checkedBlocks, boolean damagedLogsRefused) {

    static final Safeguards ALL = new Safeguards(true, true, true);
}
