package org.dfile.model;

/** What a whole-file write expects of the name. */
public enum WriteMode {
    /** There is no file of that name, else {@link Failure.FileExists}. */
    CREATE_NEW,
    /** Creates the file or replaces what it holds. */
    REPLACE,
    /** There is a file of that name, else {@link Failure.NoSuchFile}. */
    REPLACE_EXISTING
}
