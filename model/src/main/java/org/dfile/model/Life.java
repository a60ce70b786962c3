package org.dfile.model;

/**
 * One life of a host: from a start of its process to the end of it. Made durable before the process speaks (I1).
 *
 * @param listVersion version of the host list that brought in the host's volume
 * @param bootCount how often that volume was opened
 */
public record Life(long listVersion, long bootCount) implements Comparable<Life> {

    public Life {
        if (listVersion < 1 || bootCount < 1) {
            throw new IllegalArgumentException("list version " + listVersion + ", boot count " + bootCount);
        }
    }

    @Override
    public int compareTo(Life other) {
        int byList = Long.compare(listVersion, other.listVersion);
        return byList != 0 ? byList : Long.compare(bootCount, other.bootCount);
    }

    @Override
    public String toString() {
        return listVersion + "." + bootCount;
    }
}
