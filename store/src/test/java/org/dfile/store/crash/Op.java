package org.dfile.store.crash;

/** A change that a process made to the files below its volume's folder. Paths are relative to it, "" is the folder. */
sealed interface Op {

    /** Whether it changes a directory (a name), not the content of a file. */
    default boolean ofNames() {
        return !(this instanceof Write || this instanceof Resize);
    }

    record Create(String path, int file) implements Op {}

    record Link(String from, String to) implements Op {}

    record MakeDirectory(String path) implements Op {}

    record Remove(String path) implements Op {}

    record Rename(String from, String to) implements Op {}

    record Resize(int file, long size) implements Op {}

    @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
    record Write(int file, long offset, byte[] bytes) implements Op {
        @Override
        public String toString() {
            return "Write[file=" + file + ", offset=" + offset + ", " + bytes.length + " bytes]";
        }
    }

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }
}
