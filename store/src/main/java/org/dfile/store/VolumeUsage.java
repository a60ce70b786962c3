package org.dfile.store;

/**
 * What a volume holds.
 *
 * @param files files that exist (tombstones do not count)
 * @param bytes sum of their lengths
 * @param liveBytes bytes on disk that some file refers to
 * @param freeBytes what the file system has left
 * @param reserveBytes how much of that is kept free of files
 * @param full whether a change of {@link org.dfile.model.Limits#MAX_CHUNK_BYTES} would be refused as things stand
 * @param garbageBytes bytes in data files that nothing refers to: compaction or the next start gives them back
 * @param compactedBytes bytes that compaction has copied since the volume was opened
 */
public record VolumeUsage(
        long files,
        long bytes,
        long liveBytes,
        long freeBytes,
        long reserveBytes,
        boolean full,
        long garbageBytes,
        long compactedBytes) {

    public static final VolumeUsage NONE = new VolumeUsage(0, 0, 0, 0, 0, false, 0, 0);
}
