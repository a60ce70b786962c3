package org.dfile.manager.files;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times and byte counts on the command line, in the notation of the settings files: {@code 30s}, {@code 64 KiB}. */
final class Quantities {

    private Quantities() {}

    /** A time above zero. */
    static final class TimeConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Duration time = read(text, config -> config.getDuration("it"));
            if (time.isZero() || time.isNegative()) {
                throw new TypeConversionException("\"" + text + "\" is not above zero");
            }
            return time;
        }
    }

    /** A byte count, 0 or more. */
    static final class BytesConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return read(text, config -> config.getBytes("it"));
        }
    }

    private static <T> T read(String text, Function<Config, T> reader) {
        try {
            return reader.apply(ConfigFactory.empty().withValue("it", ConfigValueFactory.fromAnyRef(text)));
        } catch (ConfigException e) {
            throw new TypeConversionException("\"" + text + "\" cannot be read; examples: 500 ms, 30s, 1000, 64 KiB");
        }
    }
}
