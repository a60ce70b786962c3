package org.dfile.model;

/**
 * Which state of a file: its generation, raised each time the name is created anew, and the number of the batch that
 * made the state, counted from 1 over all generations. The first state of a name begins the first generation, mostly 1,
 * even if it only remembers that a change found no file. {@link #NONE} stands for "never existed".
 */
public record FileVersion(long generation, long seq) implements Comparable<FileVersion> {

    public static final FileVersion NONE = new FileVersion(0, 0);

    public FileVersion {
        if (generation < 0 || seq < 0) {
            throw new IllegalArgumentException("generation " + generation + ", seq " + seq);
        }
    }

    @Override
    public int compareTo(FileVersion other) {
        int byGeneration = Long.compare(generation, other.generation);
        return byGeneration != 0 ? byGeneration : Long.compare(seq, other.seq);
    }

    @Override
    public String toString() {
        return generation + "." + seq;
    }
}
