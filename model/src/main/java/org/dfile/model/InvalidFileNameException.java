package org.dfile.model;

/** A text that cannot be a file name; the message quotes it and says which rule it breaks. */
public final class InvalidFileNameException extends IllegalArgumentException {

    InvalidFileNameException(String text, String rule) {
        super("not a file name: \"" + abbreviated(text) + "\": " + rule);
    }

    private static String abbreviated(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
