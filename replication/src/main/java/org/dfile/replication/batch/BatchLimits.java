package org.dfile.replication.batch;

/**
 * Bounds of one batch and of what a file remembers.
 *
 * @param changes most changes in one batch
 * @param bytes most bytes in one batch; a single change with more has a batch of its own
 * @param sessions most sessions that a file remembers; one more evicts the least recently used
 */
public record BatchLimits(int changes, long bytes, int sessions) {

    public BatchLimits {
        if (changes < 1 || bytes < 1 || sessions < 1) {
            throw new IllegalArgumentException(
                    "a batch of " + changes + " changes, " + bytes + " bytes; " + sessions + " sessions");
        }
    }
}
