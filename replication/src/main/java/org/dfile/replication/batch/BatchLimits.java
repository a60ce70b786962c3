package org.dfile.replication.batch;

/**
 * Bounds of one batch and of what a file remembers.
 *
 * @param changes most changes in one batch
 * @param bytes most bytes in one batch; a single change with more has a batch of its own
 * @param inlineBytes most bytes in one batch that are not staged: they travel in one message
 * @param sessions most sessions that a file remembers; one more evicts the least recently used
 */
public record BatchLimits(int changes, long bytes, int inlineBytes, int sessions) {

    public BatchLimits {
        if (changes < 1 || bytes < 1 || inlineBytes < 1 || sessions < 1) {
            throw new IllegalArgumentException("a batch of " + changes + " changes, " + bytes + " bytes, " + inlineBytes
                    + " of them not staged; " + sessions + " sessions");
        }
    }
}
