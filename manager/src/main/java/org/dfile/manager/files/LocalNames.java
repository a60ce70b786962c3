package org.dfile.manager.files;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.StringJoiner;

/**
 * How relative local paths and relative names stand for each other: one path element for each segment. What has no
 * counterpart is refused, never changed.
 */
final class LocalNames {

    /** A path or name without counterpart; the message says why. */
    static final class NoCounterpartException extends Exception {

        private static final long serialVersionUID = 1L;

        NoCounterpartException(String message) {
            super(message);
        }
    }

    private LocalNames() {}

    /** Returns the relative name that stands for a relative path. Whether it is a valid name is not looked at. */
    static String nameOf(Path relative) throws NoCounterpartException {
        StringJoiner name = new StringJoiner("/");
        for (Path element : relative) {
            name.add(textOf(element));
        }
        return name.toString();
    }

    /** A path element that is not text in the encoding of this system reads with replacement characters: not the same. */
    private static String textOf(Path element) throws NoCounterpartException {
        String text = element.toString();
        try {
            if (element.getFileSystem().getPath(text).equals(element)) {
                return text;
            }
        } catch (InvalidPathException e) {
            throw new NoCounterpartException("its name cannot be read: " + e.getReason());
        }
        throw new NoCounterpartException("its name is not text in this system's encoding");
    }

    /** Returns the path below {@code directory} that stands for a relative name; it never leads out of it. */
    static Path pathOf(Path directory, String relativeName) throws NoCounterpartException {
        Path path = directory;
        for (String segment : relativeName.split("/", -1)) {
            path = path.resolve(elementOf(directory, segment));
        }
        return path;
    }

    private static Path elementOf(Path directory, String segment) throws NoCounterpartException {
        try {
            Path element = directory.getFileSystem().getPath(segment);
            boolean special = segment.isEmpty() || segment.equals(".") || segment.equals("..");
            if (special
                    || element.isAbsolute()
                    || element.getNameCount() != 1
                    || !element.toString().equals(segment)) {
                throw new NoCounterpartException("\"" + segment + "\" cannot be the name of a local file");
            }
            return element;
        } catch (InvalidPathException e) {
            throw new NoCounterpartException(
                    "\"" + segment + "\" cannot be the name of a local file: " + e.getReason());
        }
    }
}
