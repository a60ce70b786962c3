package org.dfile.model;

/** The limits that client, wire and node share. A limit of one part alone stands in that part's settings. */
public final class Limits {

    /** Most bytes that one request or reply carries: one atomic write. */
    public static final int MAX_CHUNK_BYTES = 1 << 20;

    /** Unit of the checksums on disk, and largest piece that is kept beside its record instead of in a data file. */
    public static final int CHECKSUM_BLOCK_BYTES = 64 << 10;

    /** Changes of one session that may be on their way to one file, and results that the file remembers for it. */
    public static final int SESSION_WINDOW = 64;

    /** Names on one page of a listing. */
    public static final int LIST_PAGE_NAMES = 1_000;

    /** Longest file: 2^53 bytes, so that any JSON reader can hold its length. */
    public static final long MAX_FILE_BYTES = 1L << 53;

    private Limits() {}
}
