package org.dfile.model;

/**
 * Which host list: that of which cluster, and its version. Every request carries it, so that a host serves only those who
 * chose it by the list that it has itself.
 */
public record ListId(ClusterId cluster, long version) {

    private static final char SEPARATOR = '/';

    public ListId {
        if (version < 1) {
            throw new IllegalArgumentException("version " + version + " of a host list is below 1");
        }
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException if it is not of that form
     */
    public static ListId of(String text) {
        int separator = text.indexOf(SEPARATOR);
        if (separator < 0) {
            throw new IllegalArgumentException("not the id of a host list: \"" + text + "\"");
        }
        return new ListId(ClusterId.of(text.substring(0, separator)), Long.parseLong(text.substring(separator + 1)));
    }

    @Override
    public String toString() {
        return cluster.toString() + SEPARATOR + version;
    }
}
