package org.dfile.manager.launch;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code java -version} prints. */
final class JavaVersion {

    /** The oldest Java that runs a node. */
    static final int OLDEST = 17;

    private static final Pattern VERSION = Pattern.compile("version \"(?:1\\.)?([0-9]+)[^\"]*\"");

    private JavaVersion() {}

    /** The feature release, such as 8 or 17; empty if the text is not of a Java. */
    static OptionalInt parse(String text) {
        Matcher matcher = VERSION.matcher(text);
        return matcher.find() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }
}
