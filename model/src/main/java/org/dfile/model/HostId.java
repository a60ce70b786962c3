package org.dfile.model;

import java.util.regex.Pattern;

/** The name of a host in the host list, for ever: placement hashes it. 1 to 63 of {@code a-z 0-9 . _ -}. */
public record HostId(String text) implements Comparable<HostId> {

    private static final Pattern VALID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    public HostId {
        if (!VALID.matcher(text).matches()) {
            throw new IllegalArgumentException("not a host id: \"" + text
                    + "\": 1 to 63 of a-z, 0-9, '.', '_' and '-', the first a letter or a digit");
        }
    }

    @Override
    public int compareTo(HostId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
