package org.dfile.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.dfile.client.DFile;
import org.dfile.client.DFileOutputStream;
import org.dfile.client.DFileSystem;
import org.dfile.client.ListPage;
import org.dfile.client.pekko.DFileStreams;
import org.dfile.model.Failure;
import org.dfile.model.FileStatus;
import org.dfile.model.Limits;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every operation of {@link DFileSystem} and {@link DFile} once, on five nodes. */
final class TourTest {

    /** More than one message carries, and no multiple of it. */
    private static final byte[] LONG = Seeds.bytes(new SplittableRandom(1), (3 << 20) + 12_345);

    private static JvmCluster cluster;
    private static DFileSystem files;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        cluster = JvmCluster.start(folder, 5);
        files = cluster.client();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static ByteBuffer utf8(String text) {
        return UTF_8.encode(text);
    }

    private static String text(CompletionStage<ByteBuffer> stage) {
        return UTF_8.decode(Stages.get(stage)).toString();
    }

    private static String content(String name) {
        return new String(Stages.get(files.readAll(name)), UTF_8);
    }

    private static void put(String name, String content) {
        Stages.get(files.write(name, content.getBytes(UTF_8)));
    }

    @Nested
    class Opening {

        @Test
        void options_meanWhatTheyMeanForChannels() {
            Stages.failure(files.open("open/1", StandardOpenOption.READ), Failure.NoSuchFile.class);
            Stages.failure(files.open("open/1", StandardOpenOption.WRITE), Failure.NoSuchFile.class);
            DFile made = Stages.get(files.open("open/1", StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
            Stages.failure(
                    files.open("open/1", StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                    Failure.FileExists.class);
            Stages.get(made.write(utf8("0123456789")));
            DFile kept = Stages.get(files.open("open/1", StandardOpenOption.WRITE, StandardOpenOption.CREATE));
            Stages.get(kept.write(utf8("ab")));
            assertThat(content("open/1")).isEqualTo("ab23456789");
            Stages.get(files.open("open/1", StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING));
            assertThat(content("open/1")).isEmpty();
            DFile appending = Stages.get(files.open("open/1", StandardOpenOption.APPEND, StandardOpenOption.READ));
            appending.seek(0);
            Stages.get(made.writeAt(0, utf8("xyz")));
            Stages.get(appending.write(utf8("end")));
            assertThat(content("open/1")).isEqualTo("xyzend");
            assertThatThrownBy(
                            () -> files.open("open/1", StandardOpenOption.APPEND, StandardOpenOption.TRUNCATE_EXISTING))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> files.open("open/1", StandardOpenOption.DELETE_ON_CLOSE))
                    .isInstanceOf(UnsupportedOperationException.class);
        }

        @Test
        void modes_meanWhatTheyMeanInPython() {
            Stages.failure(files.open("open/2", "r"), Failure.NoSuchFile.class);
            Stages.failure(files.open("open/2", "r+"), Failure.NoSuchFile.class);
            Stages.get(Stages.get(files.open("open/2", "w")).write(utf8("hello")));
            Stages.failure(files.open("open/2", "x"), Failure.FileExists.class);
            Stages.get(Stages.get(files.open("open/2", "a")).write(utf8(" world")));
            assertThat(text(Stages.get(files.open("open/2", "rb")).readAll())).isEqualTo("hello world");
            Stages.get(Stages.get(files.open("open/2", "r+")).write(utf8("J")));
            assertThat(content("open/2")).isEqualTo("Jello world");
            DFile plus = Stages.get(files.open("open/2", "a+"));
            Stages.get(plus.write(utf8("!")));
            plus.seek(0);
            assertThat(text(plus.readAll())).isEqualTo("Jello world!");
            Stages.get(files.open("open/2", "w+"));
            assertThat(content("open/2")).isEmpty();
            assertThatThrownBy(() -> files.open("open/2", "rw")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class OneFile {

        @Test
        void cursor_goesWithReadsAndWrites() {
            DFile file = Stages.get(files.open("one/cursor", "w+"));
            file.write(utf8("0123456789"));
            file.seek(2);
            CompletionStage<ByteBuffer> first = file.read(3);
            CompletionStage<ByteBuffer> second = file.read(3);
            assertThat(text(first)).isEqualTo("234");
            assertThat(text(second)).isEqualTo("567");
            assertThat(Stages.get(file.tell())).isEqualTo(8);
            assertThat(text(file.readAt(1, 2))).isEqualTo("12");
            assertThat(text(file.read(100))).isEqualTo("89");
            assertThat(text(file.read(100))).isEmpty();
            assertThat(Stages.get(file.size())).isEqualTo(10);
            Receipt behind = Stages.get(file.writeAt(12, utf8("x")));
            assertThat(behind.offset()).isEqualTo(12);
            assertThat(content("one/cursor")).isEqualTo("0123456789\0\0x");
            assertThat(Stages.get(file.truncate(4)).length()).isEqualTo(4);
            assertThat(Stages.get(file.truncate(6)).length()).isEqualTo(6);
            assertThat(content("one/cursor")).isEqualTo("0123\0\0");
            Stages.get(file.flush());
            Stages.get(file.close());
            Stages.get(file.close());
        }

        @Test
        void lines_areCutAtLineFeeds() {
            put("one/lines", "first\r\nzweite ä\n\nlast");
            DFile file = Stages.get(files.open("one/lines", "r"));
            assertThat(Stages.get(file.readLine())).contains("first");
            List<String> rest = Stages.get(Collected.of(file.lines(), line -> line));
            assertThat(rest).containsExactly("zweite ä", "", "last");
            assertThat(Stages.get(file.readLine())).contains("zweite ä");
            assertThat(Stages.get(file.readLine())).contains("");
            assertThat(Stages.get(file.readLine())).contains("last");
            assertThat(Stages.get(file.readLine())).isEmpty();
        }

        @Test
        void longWritesAndReads_goInChunks() {
            DFile file = Stages.get(files.open("one/long", "w+"));
            assertThat(Stages.get(file.write(ByteBuffer.wrap(LONG))).byteCount())
                    .isEqualTo(LONG.length);
            assertThat(Stages.get(file.readAt(0, LONG.length))).isEqualTo(ByteBuffer.wrap(LONG));
            assertThat(Stages.get(file.readAt(1_000_000, 100_000)))
                    .isEqualTo(ByteBuffer.wrap(LONG, 1_000_000, 100_000));
            Receipt appended = Stages.get(file.append(ByteBuffer.wrap(LONG)));
            assertThat(appended.offset()).isEqualTo(LONG.length);
            assertThat(appended.byteCount()).isEqualTo(LONG.length);
            assertThat(Stages.get(file.readAt(LONG.length, LONG.length))).isEqualTo(ByteBuffer.wrap(LONG));
            assertThat(Stages.get(file.readAt(2L * LONG.length, 1)).remaining()).isZero();
        }
    }

    @Nested
    class WholeFiles {

        @Test
        void write_modesSayWhatIsExpected() {
            Stages.failure(files.write("whole/1", utf8("x"), WriteMode.REPLACE_EXISTING), Failure.NoSuchFile.class);
            Stages.get(files.write("whole/1", utf8("one"), WriteMode.CREATE_NEW));
            Stages.failure(files.write("whole/1", utf8("x"), WriteMode.CREATE_NEW), Failure.FileExists.class);
            Stages.failure(
                    files.write("whole/1", ByteBuffer.wrap(LONG), WriteMode.CREATE_NEW), Failure.FileExists.class);
            assertThat(content("whole/1")).isEqualTo("one");
            Stages.get(files.write("whole/1", ByteBuffer.wrap(LONG), WriteMode.REPLACE_EXISTING));
            assertThat(Stages.get(files.readAll("whole/1"))).isEqualTo(LONG);
            Stages.get(files.write("whole/1", new byte[0]));
            assertThat(content("whole/1")).isEmpty();
        }

        @Test
        void appendStatExistsDelete() {
            assertThat(Stages.get(files.exists("whole/2"))).isFalse();
            Stages.failure(files.stat("whole/2"), Failure.NoSuchFile.class);
            Stages.failure(files.delete("whole/2"), Failure.NoSuchFile.class);
            Stages.failure(files.readAll("whole/2"), Failure.NoSuchFile.class);
            assertThat(Stages.get(files.append("whole/2", "ab".getBytes(UTF_8))).offset())
                    .isZero();
            assertThat(Stages.get(files.append("whole/2", "cd".getBytes(UTF_8))).offset())
                    .isEqualTo(2);
            FileStatus status = Stages.get(files.stat("whole/2"));
            assertThat(status.length()).isEqualTo(4);
            assertThat(status.modified()).isAfterOrEqualTo(status.created());
            Stages.get(files.delete("whole/2"));
            assertThat(Stages.get(files.exists("whole/2"))).isFalse();
            put("whole/2", "again");
            assertThat(Stages.get(files.stat("whole/2")).version().generation())
                    .isEqualTo(status.version().generation() + 1);
        }

        @Test
        void publisher_isPublishedInOneStep() {
            List<ByteBuffer> parts = List.of(utf8("a"), ByteBuffer.wrap(LONG), utf8("z"));
            put("whole/3", "old");
            Stages.get(files.write("whole/3", new Parts(parts), WriteMode.REPLACE));
            byte[] all = Stages.get(files.readAll("whole/3"));
            assertThat(all).hasSize(LONG.length + 2);
            assertThat(ByteBuffer.wrap(all, 1, LONG.length)).isEqualTo(ByteBuffer.wrap(LONG));
        }
    }

    @Nested
    class Copies {

        @Test
        void localFiles_goInAndOut(@TempDir Path folder) throws IOException {
            Path source = Files.write(folder.resolve("in"), LONG);
            List<Long> progress = new ArrayList<>();
            Receipt receipt = Stages.get(files.copyIn(source, "copy/1", WriteMode.CREATE_NEW, (done, total) -> {
                assertThat(total).isEqualTo(LONG.length);
                progress.add(done);
            }));
            assertThat(receipt.length()).isEqualTo(LONG.length);
            assertThat(progress).isSorted().endsWith((long) LONG.length);
            Path target = Files.writeString(folder.resolve("out"), "replaced");
            assertThat(Stages.get(files.copyOut("copy/1", target))).isEqualTo(LONG.length);
            assertThat(Files.readAllBytes(target)).isEqualTo(LONG);
            Stages.failure(files.copyIn(folder.resolve("none"), "copy/2"), Failure.LocalFileFailed.class);
            Stages.failure(files.copyOut("copy/1", folder.resolve("no/folder")), Failure.LocalFileFailed.class);
            Stages.failure(files.copyOut("copy/none", target), Failure.NoSuchFile.class);
            assertThat(Files.readAllBytes(target)).isEqualTo(LONG);
            assertThat(Trees.files(folder, any -> true).keySet()).containsExactly("in", "out");
        }

        @Test
        void streams_readAndPublish() throws IOException {
            try (DFileOutputStream out = files.outputStream("copy/stream", WriteMode.CREATE_NEW)) {
                out.write('a');
                out.write(LONG);
                assertThat(Stages.get(files.exists("copy/stream"))).isFalse();
            }
            try (InputStream in = files.inputStream("copy/stream")) {
                assertThat(in.read()).isEqualTo('a');
                assertThat(in.readAllBytes()).isEqualTo(LONG);
                assertThat(in.read()).isEqualTo(-1);
            }
            try (DFileOutputStream out = files.outputStream("copy/discarded", WriteMode.CREATE_NEW)) {
                out.write(LONG);
                out.discard();
            }
            assertThat(Stages.get(files.exists("copy/discarded"))).isFalse();
            assertThatThrownBy(() -> files.inputStream("copy/none").read())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("copy/none");
        }

        @Test
        void publishersAndPekkoStreams_carryWholeFiles() {
            ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "user");
            try {
                Receipt receipt =
                        Stages.get(Source.from(List.of(ByteString.fromArray(LONG), ByteString.fromString("z")))
                                .runWith(DFileStreams.sink(files, "copy/pekko", WriteMode.REPLACE), system));
                assertThat(receipt.length()).isEqualTo(LONG.length + 1);
                ByteString all = Stages.get(DFileStreams.source(files, "copy/pekko")
                        .runFold(ByteString.emptyByteString(), ByteString::concat, system));
                assertThat(all.toArray()).hasSize(LONG.length + 1).startsWith(LONG);
            } finally {
                system.terminate();
                Stages.get(system.getWhenTerminated());
            }
            List<Integer> sizes = Stages.get(Collected.of(files.publisher("copy/pekko"), ByteBuffer::remaining));
            assertThat(sizes).allMatch(size -> size <= Limits.MAX_CHUNK_BYTES);
            assertThat(sizes.stream().mapToInt(size -> size).sum()).isEqualTo(LONG.length + 1);
            Stages.failure(Collected.of(files.publisher("copy/none"), ByteBuffer::remaining), Failure.NoSuchFile.class);
        }
    }

    @Nested
    class Listing {

        private static final int COUNT = 2_345;

        @Test
        void pages_holdAllNamesOfAllNodesInOrder() {
            List<String> names =
                    IntStream.range(0, COUNT).mapToObj("list/%05d"::formatted).toList();
            Stages.getAll(names.stream()
                    .map(name -> files.write(name, name.getBytes(UTF_8)))
                    .toList());
            Stages.get(files.delete("list/00000"));
            assertThat(names.stream().map(name -> files.where(name).get(0)).distinct())
                    .as("hosts of the names")
                    .hasSize(5);

            List<String> listed = new ArrayList<>();
            Optional<String> after = Optional.of("");
            for (int page = 0; after.isPresent(); page++) {
                ListPage found = Stages.get(files.list("list/", after.get()));
                assertThat(page).as("pages").isLessThan(5 * COUNT / Limits.LIST_PAGE_NAMES);
                assertThat(found.missing()).isEmpty();
                found.files().forEach(file -> listed.add(file.name().toString()));
                after = found.next();
            }
            assertThat(listed).isEqualTo(names.subList(1, COUNT));
            assertThat(Stages.get(files.list("list/0234")).files()).hasSize(5);
            assertThat(Stages.get(files.list("nothing/")).files()).isEmpty();
        }
    }

    @Nested
    class Misuse {

        @Test
        void readOnlyAndWriteOnlyAndClosedFiles_throwAtTheCall() {
            put("misuse/1", "x");
            DFile reading = Stages.get(files.open("misuse/1", "r"));
            assertThatThrownBy(() -> reading.write(utf8("y"))).isInstanceOf(NonWritableChannelException.class);
            assertThatThrownBy(() -> reading.append(utf8("y"))).isInstanceOf(NonWritableChannelException.class);
            assertThatThrownBy(() -> reading.truncate(0)).isInstanceOf(NonWritableChannelException.class);
            DFile writing = Stages.get(files.open("misuse/1", "a"));
            assertThatThrownBy(() -> writing.read(1)).isInstanceOf(NonReadableChannelException.class);
            Stages.get(reading.close());
            assertThatThrownBy(() -> reading.read(1)).isInstanceOf(IllegalStateException.class);
            assertThat(content("misuse/1")).isEqualTo("x");
        }

        @Test
        void negativeNumbers_throwAtTheCall_andReadingPastTheEndGivesNothing() {
            put("misuse/2", "0123");
            DFile file = Stages.get(files.open("misuse/2", "r+"));
            assertThatThrownBy(() -> file.readAt(-1, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> file.read(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> file.seek(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> file.truncate(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> file.writeAt(-1, utf8("x"))).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> file.writeAt(Limits.MAX_FILE_BYTES + 1, utf8("x")))
                    .isInstanceOf(IllegalArgumentException.class);
            Stages.failure(file.writeAt(Limits.MAX_FILE_BYTES, utf8("x")), Failure.FileTooLong.class);
            assertThat(text(file.readAt(3, 10))).isEqualTo("3");
            assertThat(text(file.readAt(4, 10))).isEmpty();
            assertThat(text(file.readAt(1_000_000, 10))).isEmpty();
            assertThat(content("misuse/2")).isEqualTo("0123");
        }

        @Test
        void anAppendAboveTheLimit_throwsAtTheCall() {
            assertThatThrownBy(() -> files.append("misuse/3", new byte[Limits.MAX_CHUNK_BYTES + 1]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(Integer.toString(Limits.MAX_CHUNK_BYTES));
            assertThat(Stages.get(files.exists("misuse/3"))).isFalse();
            assertThat(Stages.get(files.append("misuse/3", new byte[Limits.MAX_CHUNK_BYTES]))
                            .length())
                    .isEqualTo(Limits.MAX_CHUNK_BYTES);
        }

        @Test
        void aClosedFileSystem_throwsAtTheCall() {
            DFileSystem other = cluster.connect();
            DFile file = Stages.get(other.open("misuse/4", "w"));
            other.close();
            other.close();
            assertThatThrownBy(() -> other.stat("misuse/4"))
                    .isInstanceOf(java.nio.file.ClosedFileSystemException.class);
            assertThatThrownBy(() -> file.write(utf8("x"))).isInstanceOf(java.nio.file.ClosedFileSystemException.class);
        }
    }
}
