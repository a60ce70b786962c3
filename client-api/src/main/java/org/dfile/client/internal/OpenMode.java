package org.dfile.client.internal;

import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Set;
import org.dfile.model.Change;

/**
 * How a file is opened.
 *
 * @param create what to do when there is no such file, or there is one
 */
record OpenMode(boolean read, boolean write, boolean append, Creation create, boolean truncate) {

    enum Creation {
        /** There must be one. */
        NEVER,
        /** Made if there is none. */
        IF_ABSENT,
        /** There must be none. */
        ALWAYS
    }

    boolean changes() {
        return write || append;
    }

    /** The change that opening makes, if it makes one. */
    Change.Create creation() {
        return new Change.Create(create == Creation.ALWAYS, truncate);
    }

    /**
     * Reads options as {@code java.nio.file} defines them.
     *
     * @throws UnsupportedOperationException for options that make no sense here
     * @throws IllegalArgumentException for a contradiction
     */
    static OpenMode of(OpenOption... options) {
        Set<StandardOpenOption> given = EnumSet.noneOf(StandardOpenOption.class);
        for (OpenOption option : options) {
            given.add(standard(option));
        }
        boolean append = given.contains(StandardOpenOption.APPEND);
        boolean write = given.contains(StandardOpenOption.WRITE);
        boolean truncate = given.contains(StandardOpenOption.TRUNCATE_EXISTING);
        boolean createNew = given.contains(StandardOpenOption.CREATE_NEW);
        boolean create = given.contains(StandardOpenOption.CREATE);
        if (append && truncate) {
            throw new IllegalArgumentException("APPEND and TRUNCATE_EXISTING contradict each other");
        }
        if ((truncate || create || createNew) && !append && !write) {
            throw new IllegalArgumentException("creating or truncating needs WRITE or APPEND: " + given);
        }
        boolean read = given.contains(StandardOpenOption.READ) || !(append || write);
        Creation creation = createNew ? Creation.ALWAYS : create ? Creation.IF_ABSENT : Creation.NEVER;
        return new OpenMode(read, write || append, append, creation, truncate);
    }

    private static StandardOpenOption standard(OpenOption option) {
        if (option == StandardOpenOption.DELETE_ON_CLOSE
                || option == StandardOpenOption.SPARSE
                || !(option instanceof StandardOpenOption standard)) {
            throw new UnsupportedOperationException("open option " + option + " is not supported");
        }
        return standard;
    }

    /**
     * Reads a mode as Python's {@code open} has them, without text modes.
     *
     * @throws IllegalArgumentException if it is none
     */
    static OpenMode parse(String mode) {
        // One letter of r, w, a, x first; then at most one '+' and one 'b', in either order.
        if (!mode.matches("[rwax](\\+b?|b\\+?)?")) {
            throw new IllegalArgumentException("not a mode: \"" + mode
                    + "\"; one of r, w, a, x, then perhaps + for both reading and writing, and b");
        }
        boolean both = mode.indexOf('+') > 0;
        return switch (mode.charAt(0)) {
            case 'r' -> new OpenMode(true, both, false, Creation.NEVER, false);
            case 'w' -> new OpenMode(both, true, false, Creation.IF_ABSENT, true);
            case 'a' -> new OpenMode(both, true, true, Creation.IF_ABSENT, false);
            default -> new OpenMode(both, true, false, Creation.ALWAYS, false);
        };
    }
}
