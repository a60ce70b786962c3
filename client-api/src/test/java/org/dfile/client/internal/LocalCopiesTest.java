package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dfile.client.internal.Stages.failure;
import static org.dfile.client.internal.Stages.get;
import static org.dfile.client.internal.Stages.random;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.dfile.client.DFileSystem;
import org.dfile.client.Progress;
import org.dfile.model.Failure;
import org.dfile.model.WriteMode;
import org.dfile.protocol.FileReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class LocalCopiesTest {

    private static final int MIB = 1 << 20;

    @TempDir
    private Path directory;

    private final FakeCluster cluster = new FakeCluster(1);
    private final DFileSystem files = cluster.connect();

    @AfterEach
    void close() {
        files.close();
    }

    private List<String> local() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, MIB - 1, MIB, MIB + 1, 4 * MIB, 20 * MIB + 3})
    void thereAndBack_isTheSame(int byteCount) throws IOException {
        byte[] content = random(byteCount);
        Path source = Files.write(directory.resolve("source"), content);
        Path target = directory.resolve("target");
        assertThat(get(files.copyIn(source, "f")).length()).isEqualTo(byteCount);
        assertThat(get(files.copyOut("f", target))).isEqualTo(byteCount);
        assertThat(Files.readAllBytes(target)).isEqualTo(content);
        assertThat(local()).containsExactly("source", "target");
    }

    @Test
    void progress_risesToTheTotal() throws IOException {
        Path source = Files.write(directory.resolve("source"), random(5 * MIB + 1));
        List<Long> in = Collections.synchronizedList(new ArrayList<>());
        List<Long> out = Collections.synchronizedList(new ArrayList<>());
        get(files.copyIn(source, "f", WriteMode.CREATE_NEW, recorder(in)));
        get(files.copyOut("f", directory.resolve("target"), recorder(out)));
        for (List<Long> seen : List.of(in, out)) {
            Awaitility.await().until(() -> seen.contains(5L * MIB + 1));
            assertThat(new ArrayList<>(seen)).isSorted();
        }
    }

    private static Progress recorder(List<Long> seen) {
        return (doneBytes, totalBytes) -> {
            seen.add(totalBytes == 5L * MIB + 1 ? doneBytes : -1);
            throw new IllegalStateException("what a callback throws is ignored");
        };
    }

    @Test
    void copyIn_ofWhatIsNotThere_fails() {
        assertThat(failure(files.copyIn(directory.resolve("none"), "f"))).isInstanceOf(Failure.LocalFileFailed.class);
        assertThat(failure(files.copyIn(directory, "f"))).isInstanceOf(Failure.LocalFileFailed.class);
        assertThat(cluster.nodeOf("f").exists("f")).isFalse();
    }

    @Test
    void copyIn_intoWhatIsThere_failsIfNew() throws IOException {
        Path source = Files.write(directory.resolve("source"), random(2 * MIB));
        get(files.write("f", new byte[1]));
        assertThat(failure(files.copyIn(source, "f", WriteMode.CREATE_NEW, Progress.NONE)))
                .isInstanceOf(Failure.FileExists.class);
        assertThat(get(files.stat("f")).length()).isEqualTo(1);
    }

    @Test
    void copyOut_thatFailsInTheMiddle_leavesTheTargetAlone() throws IOException {
        get(files.write("f", random(5 * MIB)));
        Path target = Files.write(directory.resolve("target"), new byte[] {7});
        cluster.rule = (to, call) -> call instanceof Call.Read read && read.offset() >= 2L * MIB
                ? new FakeCluster.Fate.AnswerWith(
                        id -> new FileReply.Failed(id, new Failure.CorruptData(to, read.name(), read.offset(), "test")))
                : FakeCluster.DELIVER;
        assertThat(failure(files.copyOut("f", target))).isInstanceOf(Failure.CorruptData.class);
        assertThat(Files.readAllBytes(target)).containsExactly(7);
        assertThat(local()).containsExactly("target");
    }

    @Test
    void copyOut_toNoPlaceForAFile_fails() throws IOException {
        get(files.write("f", random(10)));
        assertThat(failure(files.copyOut("f", directory))).isInstanceOf(Failure.LocalFileFailed.class);
        assertThat(failure(files.copyOut("f", directory.resolve("none/target"))))
                .isInstanceOf(Failure.LocalFileFailed.class);
        assertThat(failure(files.copyOut("none", directory.resolve("target")))).isInstanceOf(Failure.NoSuchFile.class);
        assertThat(local()).isEmpty();
    }

    @Test
    void clientClosedInTheMiddle_leavesNoTemporaryFile() throws IOException {
        get(files.write("f", random(5 * MIB)));
        cluster.rule = (to, call) -> call instanceof Call.Read read && read.offset() >= 2L * MIB
                ? FakeCluster.LOSE_CALL
                : FakeCluster.DELIVER;
        CompletionStage<Long> copy = files.copyOut("f", directory.resolve("target"));
        Awaitility.await()
                .until(() -> cluster.calls.stream()
                        .anyMatch(call -> call instanceof Call.Read read && read.offset() >= 2L * MIB));
        files.close();
        assertThat(failure(copy)).isInstanceOf(Failure.ClientClosed.class);
        assertThat(local()).isEmpty();
    }
}
