package org.dfile.manager.launch;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Puts values into shell scripts. */
final class ShellText {

    private ShellText() {}

    /** {@code value} as one word of the shell, whatever it holds. */
    static String quote(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }

    /** The words, each quoted, with blanks between. */
    static String words(String... values) {
        return Arrays.stream(values).map(ShellText::quote).collect(Collectors.joining(" "));
    }
}
