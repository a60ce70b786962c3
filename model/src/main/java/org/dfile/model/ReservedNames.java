package org.dfile.model;

/**
 * Names that the cluster keeps for itself: below {@code .dfile/}. They are files like any others, replicated and readable;
 * clients do not change them, and listings show them only to those who ask for that folder.
 */
public final class ReservedNames {

    public static final String PREFIX = ".dfile/";

    private static final String HOST_LISTS = PREFIX + "host-list/";

    private ReservedNames() {}

    public static boolean isReserved(FileName name) {
        return name.toString().startsWith(PREFIX);
    }

    /** Whether a listing of this prefix shows reserved names. */
    public static boolean areListed(String prefix) {
        return prefix.startsWith(PREFIX);
    }

    /**
     * The file that decides which host list has this version (I16): it is created once, on the list before, and holds the
     * list as JSON.
     */
    public static FileName hostList(long version) {
        return FileName.of(HOST_LISTS + version);
    }
}
