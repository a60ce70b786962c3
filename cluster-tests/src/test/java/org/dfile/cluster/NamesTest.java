package org.dfile.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dfile.client.DFile;
import org.dfile.client.DFileSystem;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.InvalidFileNameException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names at the limits and beyond, and names that come to mean another file. */
final class NamesTest {

    private static JvmCluster cluster;
    private static DFileSystem files;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        cluster = JvmCluster.start(folder, 3);
        files = cluster.client();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    static List<String> namesAtTheLimit() {
        String longest = Stream.generate(() -> "s".repeat(FileName.MAX_SEGMENT_BYTES))
                .limit(FileName.MAX_BYTES / (FileName.MAX_SEGMENT_BYTES + 1))
                .collect(Collectors.joining("/", "", "/"));
        return List.of(
                longest.substring(0, longest.length() - 1),
                "s".repeat(FileName.MAX_SEGMENT_BYTES),
                "€".repeat(FileName.MAX_SEGMENT_BYTES / 3),
                "...",
                " ",
                "a\nb\t\u0001\\\"*?:<>|$",
                "\uD83D\uDE00/combining u\u0308",
                "C:\\windows",
                "~",
                "-rf");
    }

    @ParameterizedTest
    @MethodSource("namesAtTheLimit")
    void aNameAtTheLimit_isAFileLikeAnyOther(String name) {
        byte[] content = name.getBytes(UTF_8);
        Stages.get(files.write(name, content));
        Stages.get(files.append(name, content));
        assertThat(Stages.get(files.readAll(name))).hasSize(2 * content.length).startsWith(content);
        assertThat(Stages.get(files.stat(name)).name().toString()).isEqualTo(name);
        assertThat(Stages.get(files.list(name)).files())
                .anySatisfy(status -> assertThat(status.name().toString()).isEqualTo(name));
        Stages.get(files.delete(name));
        assertThat(Stages.get(files.exists(name))).isFalse();
    }

    static List<String> badNames() {
        return List.of(
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "a/../b",
                "a/.",
                "nul\0byte",
                "half\uD800",
                "s".repeat(FileName.MAX_SEGMENT_BYTES + 1),
                "€".repeat(FileName.MAX_SEGMENT_BYTES / 3 + 1),
                "s/".repeat(FileName.MAX_BYTES / 2) + "s");
    }

    @ParameterizedTest
    @MethodSource("badNames")
    void aBadName_isRefusedAtTheCall(String name) {
        assertThatThrownBy(() -> files.write(name, new byte[1])).isInstanceOf(InvalidFileNameException.class);
        assertThatThrownBy(() -> files.append(name, new byte[1])).isInstanceOf(InvalidFileNameException.class);
        assertThatThrownBy(() -> files.open(name, "r")).isInstanceOf(InvalidFileNameException.class);
        assertThatThrownBy(() -> files.stat(name)).isInstanceOf(InvalidFileNameException.class);
        assertThatThrownBy(() -> files.delete(name)).isInstanceOf(InvalidFileNameException.class);
        assertThatThrownBy(() -> files.where(name)).isInstanceOf(InvalidFileNameException.class);
        assertThatThrownBy(() -> files.publisher(name)).isInstanceOf(InvalidFileNameException.class);
    }

    @Test
    void anOpenFile_deleted_isGone_andCreatedAgain_isAnother() {
        Stages.get(files.write("again", "first".getBytes(UTF_8)));
        DFile file = Stages.get(files.open("again", "r+"));
        assertThat(file.generation()).isEqualTo(1);
        Stages.get(cluster.connect().delete("again"));
        Stages.failure(file.readAt(0, 5), Failure.NoSuchFile.class);
        Stages.failure(file.append(UTF_8.encode("x")), Failure.NoSuchFile.class);
        Stages.failure(file.size(), Failure.NoSuchFile.class);

        Stages.get(files.write("again", "second".getBytes(UTF_8)));
        Failure.Replaced replaced = Stages.failure(file.readAt(0, 5), Failure.Replaced.class);
        assertThat(replaced.expectedGeneration()).isEqualTo(1);
        assertThat(replaced.generation()).isEqualTo(2);
        Stages.failure(file.writeAt(0, UTF_8.encode("x")), Failure.Replaced.class);
        Stages.failure(file.append(UTF_8.encode("x")), Failure.Replaced.class);
        Stages.failure(file.truncate(0), Failure.Replaced.class);
        Stages.failure(file.size(), Failure.Replaced.class);
        assertThat(Stages.get(files.readAll("again"))).isEqualTo("second".getBytes(UTF_8));
    }
}
