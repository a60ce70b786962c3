package org.dfile.model;

/**
 * What an acknowledged change did.
 *
 * @param version the state that holds the change
 * @param offset where the bytes stand (0 for changes without bytes)
 * @param byteCount how many
 * @param crc32c their checksum
 * @param length the file's length right after the change, whatever else the same state holds
 * @param copies the change is on disk on at least this many hosts
 */
public record Receipt(FileVersion version, long offset, long byteCount, int crc32c, long length, int copies) {}
