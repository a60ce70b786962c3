package org.dfile.manager.files;

import org.dfile.model.FileName;
import org.dfile.model.InvalidFileNameException;

/**
 * A folder as names imply it: all names that start with {@code prefix}, which is empty for the top or ends with
 * {@code /}. There need not be any.
 */
record Folder(String prefix) {

    static final Folder TOP = new Folder("");

    /**
     * Reads what a user means by a folder: a name with or without a {@code /} at its end; nothing or {@code /} is the top.
     *
     * @throws InvalidFileNameException if no file could be in it
     */
    static Folder of(String text) {
        if (text.isEmpty() || text.equals("/")) {
            return TOP;
        }
        String name = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        return new Folder(FileName.of(name) + "/");
    }

    /**
     * Returns the name of a file in this folder.
     *
     * @throws InvalidFileNameException if that is no name
     */
    FileName file(String relative) {
        return FileName.of(prefix + relative);
    }

    /** Returns the name as seen from this folder, which contains it. */
    String relative(FileName name) {
        return name.toString().substring(prefix.length());
    }

    /** What to call it in a message. */
    @Override
    public String toString() {
        return prefix.isEmpty() ? "/" : prefix;
    }
}
