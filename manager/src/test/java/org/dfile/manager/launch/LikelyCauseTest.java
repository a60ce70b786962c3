package org.dfile.manager.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.dfile.manager.hosts.HostEntry;
import org.dfile.manager.launch.LaunchException.Remains;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class LikelyCauseTest {

    private static final HostEntry HOST = new HostEntry(
            new HostId("n1"),
            new HostAddress("far", 7401),
            false,
            Optional.of("me"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "java",
            1L << 28);

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "1;   bind: Address already in use;                                port 7401 is in use",
                "4;   anything;                                                    port 7401 is in use",
                "3;   volume belongs to cluster 7;                                 belongs to another host or cluster",
                "3;   the volume is in use by another process;                     another process has the data folder open",
                "2;   bad key;                                                     refused its settings",
                "5;   fsync failed;                                                the disk failed",
                "1;   java.io.IOException: No space left on device;                the disk is full",
                "1;   java.lang.UnsupportedClassVersionError: class file 61;       too old",
                "1;   Could not reserve enough space for object heap;              too little memory",
                "3;   java.lang.OutOfMemoryError: Java heap space;                 raise heap",
                "127; node.sh: 28: java: not found;                                no Java at \"java\"",
                "137; last words;                                                  was killed",
            })
    void of_remains_namesTheCause(int exitCode, String log, String cause) {
        assertThat(LikelyCause.of(new Remains(OptionalInt.of(exitCode), List.of("first", log)), HOST))
                .contains(cause);
    }

    @Test
    void of_unknownRemains_guessesNothing() {
        assertThat(LikelyCause.of(Remains.NONE, HOST)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = AccessException.Kind.class,
            names = {"OTHER"},
            mode = EnumSource.Mode.EXCLUDE)
    void of_accessFailure_alwaysSaysSomething(AccessException.Kind kind) {
        assertThat(LikelyCause.of(new AccessException(kind, "x"), HOST)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "openjdk version \"17.0.15\" 2025-04-15; 17",
                "openjdk version \"21\" 2023-09-19;      21",
                "java version \"1.8.0_392\";             8",
                "openjdk version \"25-ea\" 2025-09-16;   25",
                "sh: 1: java: not found;                 -1",
            })
    void javaVersion_whatJavaPrints_isRead(String text, int expected) {
        assertThat(JavaVersion.parse(text).orElse(-1)).isEqualTo(expected);
    }

    @Test
    void quote_anyText_isOneWordOfTheShell() {
        assertThat(ShellText.words("a b", "it's", "$x`y`")).isEqualTo("'a b' 'it'\\''s' '$x`y`'");
    }
}
