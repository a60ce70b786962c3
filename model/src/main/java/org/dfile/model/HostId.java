package org.dfile.model;

/** The name of a host in the host list, for ever: placement hashes it. 1 to 63 of {@code a-z 0-9 . _ -}. */
public record HostId(String text) implements Comparable<HostId> {

    private static final int MAX_CHARS = 63;

    public HostId {
        if (!isValid(text)) {
            throw new IllegalArgumentException("not a host id: \"" + text
                    + "\": 1 to 63 of a-z, 0-9, '.', '_' and '-', the first a letter or a digit");
        }
    }

    /** By hand, as every message between hosts names some. */
    private static boolean isValid(String text) {
        if (text.isEmpty() || text.length() > MAX_CHARS || !isLetterOrDigit(text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetterOrDigit(c) && c != '.' && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
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
