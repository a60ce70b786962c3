package org.dfile.model;

/** Bytes that {@link FileStore#stage} has written ahead. Only the store that made it can use it. */
public interface StagedBytes {

    int byteCount();

    int crc32c();
}
