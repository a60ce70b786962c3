package org.dfile.store;

/**
 * What a volume holds.
 *
 * @param files files that exist (tombstones do not count)
 * @param bytes sum of their lengths
 * @param liveBytes bytes on disk that some file refers to
 * @param freeBytes what the file system has left
 */
public record VolumeUsage(long files, long bytes, long liveBytes, long freeBytes) {}
