package org.dfile.manager.files;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.dfile.model.WriteMode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A {@link WriteMode} on the command line: {@code create-new}, {@code replace}, {@code replace-existing}. */
final class ModeConverter implements ITypeConverter<WriteMode> {

    @Override
    public WriteMode convert(String text) {
        return Arrays.stream(WriteMode.values())
                .filter(mode -> textOf(mode).equals(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(
                        "expected one of " + new Candidates().texts() + ", not \"" + text + "\""));
    }

    private static String textOf(WriteMode mode) {
        return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** All of them, for the help text. */
    static final class Candidates implements Iterable<String> {

        private List<String> texts() {
            return Arrays.stream(WriteMode.values()).map(ModeConverter::textOf).toList();
        }

        @Override
        public Iterator<String> iterator() {
            return texts().iterator();
        }
    }
}
