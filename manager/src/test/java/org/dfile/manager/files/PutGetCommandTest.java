package org.dfile.manager.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.dfile.client.ClientSettings;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PutGetCommandTest {

    @TempDir
    Path directory;

    private CommandFixture dfile;

    @BeforeEach
    void setUp() {
        dfile = new CommandFixture(directory);
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            assertThat(walk.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith(".dfile-"));
        }
    }

    @Nested
    class PutOne {

        @Test
        void put_file_isStoredQuietly() throws IOException {
            write("x.txt", "hello");
            assertThat(dfile.run("put", "x.txt", "a/b")).isZero();
            assertThat(dfile.files.text("a/b")).isEqualTo("hello");
            assertThat(dfile.out() + dfile.err()).isEmpty();
            assertThat(dfile.files.closed).isTrue();
        }

        @Test
        void put_nameEndsWithSlash_getsLastPartOfLocal() throws IOException {
            write("d/x.txt", "hello");
            assertThat(dfile.run("put", "d/x.txt", "a/")).isZero();
            assertThat(dfile.files.names()).containsExactly("a/x.txt");
        }

        @Test
        void put_leadingDash_afterDoubleDash() throws IOException {
            write("-x", "hello");
            assertThat(dfile.run("put", "--", "-x", "-r")).isZero();
            assertThat(dfile.files.names()).containsExactly("-r");
        }

        @Test
        void put_dash_isStandardInput() {
            dfile.in("from in");
            assertThat(dfile.run("put", "-", "a")).isZero();
            assertThat(dfile.files.text("a")).isEqualTo("from in");
        }

        @Test
        void put_standardInputBreaks_publishesNothing() {
            dfile.in = new InputStream() {
                private int left = 10;

                @Override
                public int read() throws IOException {
                    if (left-- == 0) {
                        throw new IOException("unplugged");
                    }
                    return 'x';
                }

                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    buffer[offset] = (byte) read();
                    return 1;
                }
            };
            assertThat(dfile.run("put", "-", "a")).isEqualTo(1);
            assertThat(dfile.err()).isEqualTo("dfile: -: unplugged\n");
            assertThat(dfile.files.names()).isEmpty();
        }

        @Test
        void put_modes_decideWhatIsExpected() throws IOException {
            write("x", "new");
            assertThat(dfile.run("put", "--mode", "replace-existing", "x", "a")).isEqualTo(1);
            assertThat(dfile.err()).isEqualTo("dfile: no such file: a\n");
            assertThat(dfile.run("put", "--mode=create-new", "x", "a")).isZero();
            assertThat(dfile.run("put", "--mode=create-new", "x", "a")).isEqualTo(1);
            assertThat(dfile.err()).isEqualTo("dfile: file exists: a\n");
            assertThat(dfile.run("put", "--mode=CREATE", "x", "a")).isEqualTo(2);
            assertThat(dfile.err()).contains("create-new, replace, replace-existing");
        }

        @Test
        void put_json_printsReceipt() throws Exception {
            write("x", "hello");
            assertThat(dfile.run("put", "--json", "x", "a")).isZero();
            assertThat(dfile.json().get("name").asText()).isEqualTo("a");
            assertThat(dfile.json().get("length").asLong()).isEqualTo(5);
            assertThat(dfile.json().get("version").asText()).isEqualTo("1.2");
        }

        @Test
        void put_wrongCommandLine_isRefusedBeforeConnecting() throws IOException {
            write("d/x", "hello");
            assertUsage("is a directory; put -r", "put", "d", "a");
            assertUsage("is not a directory", "put", "-r", "d/x", "a");
            assertUsage("not a file name", "put", "d/x", "a//b");
            assertUsage("not a file name", "put", "d/x", "/a");
            assertUsage("has no name", "put", "-", "a/");
            assertUsage("Missing required", "put", "d/x");
            assertUsage("--parallel 0", "put", "-r", "--parallel=0", "d", "a");
            assertThat(dfile.run("put", "nowhere", "a")).isEqualTo(1);
            assertThat(dfile.err()).contains("nowhere: no such file or directory");
            assertThat(dfile.connectedWith).isNull();
        }

        @Test
        void put_timeout_reachesTheClient() throws IOException {
            write("x", "");
            assertThat(dfile.run("put", "--timeout", "1500 ms", "x", "a")).isZero();
            assertThat(dfile.connectedWith)
                    .extracting(ClientSettings::deadline, ClientSettings::connectTimeout)
                    .containsOnly(Duration.ofMillis(1500));
            assertUsage("cannot be read", "put", "--timeout", "soon", "x", "a");
            assertUsage("not above zero", "put", "--timeout", "0s", "x", "a");
        }
    }

    @Nested
    class PutTree {

        @Test
        void putTree_files_keepTheirRelativePaths() throws IOException {
            write("d/a", "1");
            write("d/ü b/-c", "22");
            Files.createSymbolicLink(directory.resolve("d/link"), directory.resolve("d/a"));
            assertThat(dfile.run("put", "-r", "d", "in/to")).isZero();
            assertThat(dfile.files.names()).containsExactly("in/to/a", "in/to/ü b/-c");
            assertThat(dfile.out()).startsWith("2 files, 3 B in ").endsWith(", 1 skipped\n");
            assertThat(dfile.err()).contains("skipped ").contains("/d/link: a symbolic link");
        }

        @Test
        void putTree_fileCannotHaveAName_isNamedAndAFailure() throws IOException {
            write("d/" + "x".repeat(255), "1");
            write("d/y", "2");
            String target = String.join("/", Collections.nCopies(16, "z".repeat(250)));
            assertThat(dfile.run("put", "-r", "d", target)).isEqualTo(1);
            assertThat(dfile.files.names()).containsExactly(target + "/y");
            assertThat(dfile.err()).contains("xxx: not a file name").contains("at most 4096");
            assertThat(dfile.out()).contains("1 file, 1 B in ").contains("1 skipped");
        }

        @Test
        void putTree_top_isSlash() throws IOException {
            write("d/a/b", "1");
            assertThat(dfile.run("put", "-r", "d/", "/")).isZero();
            assertThat(dfile.files.names()).containsExactly("a/b");
        }

        @Test
        void putTree_oneFails_isNamedAndOthersAreStored() throws IOException {
            for (int i = 0; i < 20; i++) {
                write("d/" + i, "x");
            }
            dfile.files.failures.put("n/7", new Failure.ShuttingDown(new HostId("b")));
            assertThat(dfile.run("put", "-r", "--parallel=4", "d", "n")).isEqualTo(1);
            assertThat(dfile.files.names()).hasSize(19).doesNotContain("n/7");
            assertThat(dfile.err()).contains("/d/7: host b is shutting down");
            assertThat(dfile.out()).startsWith("19 files, 19 B in ").contains("1 failed");
        }

        @Test
        void putTree_failFast_startsNoFurtherFile() throws IOException {
            for (int i = 10; i < 40; i++) {
                write("d/" + i, "x");
            }
            dfile.files.failures.put("n/10", new Failure.ShuttingDown(new HostId("b")));
            assertThat(dfile.run("put", "-r", "--parallel=1", "--fail-fast", "d", "n"))
                    .isEqualTo(1);
            assertThat(dfile.files.names()).isEmpty();
            assertThat(dfile.out()).contains("1 failed, 29 not stored");
        }

        @Test
        void putTree_json_countsAll() throws Exception {
            write("d/a", "123");
            assertThat(dfile.run("put", "-r", "--json", "d", "n")).isZero();
            assertThat(dfile.json().get("files").asInt()).isEqualTo(1);
            assertThat(dfile.json().get("bytes").asLong()).isEqualTo(3);
            assertThat(dfile.json().get("failed").asInt()).isZero();
        }
    }

    @Nested
    class GetOne {

        @Test
        void get_withoutLocal_takesLastSegment() {
            dfile.files.put("a/b.txt", "hello");
            assertThat(dfile.run("get", "a/b.txt")).isZero();
            assertThat(directory.resolve("b.txt")).hasContent("hello");
        }

        @Test
        void get_intoDirectory_takesLastSegment() throws IOException {
            Files.createDirectory(directory.resolve("d"));
            dfile.files.put("a/b.txt", "hello");
            assertThat(dfile.run("get", "a/b.txt", "d")).isZero();
            assertThat(directory.resolve("d/b.txt")).hasContent("hello");
        }

        @Test
        void get_targetIsThere_isRefusedWithoutForce() throws IOException {
            write("x", "old");
            dfile.files.put("a", "new");
            assertThat(dfile.run("get", "a", "x")).isEqualTo(1);
            assertThat(dfile.err()).contains("/x: exists already; -f replaces it");
            assertThat(directory.resolve("x")).hasContent("old");
            assertThat(dfile.run("get", "-f", "a", "x")).isZero();
            assertThat(directory.resolve("x")).hasContent("new");
        }

        @Test
        void get_dash_isStandardOutput() {
            dfile.files.put("a", "hello");
            assertThat(dfile.run("get", "a", "-")).isZero();
            assertThat(dfile.out()).isEqualTo("hello");
        }

        @Test
        void get_missing_saysSo() {
            assertThat(dfile.run("get", "a")).isEqualTo(1);
            assertThat(dfile.err()).isEqualTo("dfile: no such file: a\n");
            dfile.files.put("b/c", "below");
            assertThat(dfile.run("get", "b")).isEqualTo(1);
            assertThat(dfile.err()).contains("no such file: b; there is a folder b/");
            assertThat(dfile.run("get", "a", "no/where")).isEqualTo(1);
            assertThat(dfile.err()).contains("there is no such directory");
            assertUsage("is a folder; get -r", "get", "a/");
            assertUsage("not a file name", "get", "../a");
            assertUsage("needs a local directory", "get", "-r", "a");
        }
    }

    @Nested
    class GetTree {

        @Test
        void getTree_allPages_comeBackAsTheyWere() throws IOException {
            List<String> names = List.of("n/a", "n/b/c", "n/b/d", "n/-r", "n/ü ö/日本", "n/x\\y", "n/z/1/2/3", "n/z/1/4");
            names.forEach(name -> dfile.files.put(name, name));
            dfile.files.put("nn", "not below n");
            assertThat(dfile.run("get", "-r", "n", "out/deep")).isZero();
            for (String name : names) {
                assertThat(directory.resolve("out/deep").resolve(name.substring(2)))
                        .hasContent(name);
            }
            assertThat(dfile.out()).startsWith("8 files, ");
            assertThat(directory.resolve("out/deep").toFile().list()).hasSize(6);
        }

        @Test
        void getTree_fileThatIsAlsoAFolder_isNamedAndOthersAreFetched() {
            dfile.files.put("n", "file");
            dfile.files.put("n/a", "file");
            dfile.files.put("n/a/b", "below");
            dfile.files.put("n/c", "other");
            assertThat(dfile.run("get", "-r", "n", "out")).isEqualTo(1);
            assertThat(dfile.err())
                    .contains("n/a: ")
                    .contains("both a file and a folder")
                    .contains("note: n is a file, too");
            assertThat(directory.resolve("out/a/b")).hasContent("below");
            assertThat(directory.resolve("out/c")).hasContent("other");
            assertThat(dfile.out()).contains("2 files").contains("1 failed");
        }

        @Test
        void getTree_linkInsideLeadsOut_isNotFollowed() throws IOException {
            Path outside = Files.createDirectory(directory.resolve("outside"));
            Files.createDirectory(directory.resolve("out"));
            Files.createSymbolicLink(directory.resolve("out/a"), outside);
            dfile.files.put("n/a/b", "x");
            assertThat(dfile.run("get", "-r", "-f", "n", "out")).isEqualTo(1);
            assertThat(dfile.err()).contains("symbolic link");
            assertThat(outside).isEmptyDirectory();
        }

        @Test
        void getTree_targetsAreThere_areRefusedWithoutForce() throws IOException {
            write("out/a", "old");
            dfile.files.put("n/a", "new");
            dfile.files.put("n/b", "new");
            assertThat(dfile.run("get", "-r", "n", "out")).isEqualTo(1);
            assertThat(directory.resolve("out/a")).hasContent("old");
            assertThat(directory.resolve("out/b")).hasContent("new");
            assertThat(dfile.run("get", "-r", "-f", "n", "out")).isZero();
            assertThat(directory.resolve("out/a")).hasContent("new");
        }

        @Test
        void getTree_nothingThere_saysSoAndMakesNoDirectory() {
            dfile.files.put("n", "a file");
            assertThat(dfile.run("get", "-r", "n", "out")).isEqualTo(1);
            assertThat(dfile.err()).startsWith("dfile: no such folder: n/");
            assertThat(directory.resolve("out")).doesNotExist();
        }

        @Test
        void getTree_oneIsDamaged_isNamedAndOthersAreFetched() {
            dfile.files.put("n/a", "x");
            dfile.files.put("n/b", "x");
            dfile.files.failures.put(
                    "n/a", new Failure.CorruptData(new HostId("b"), FileName.of("n/a"), 0, "checksum"));
            assertThat(dfile.run("get", "-r", "n", "out")).isEqualTo(1);
            assertThat(dfile.err()).contains("n/a is damaged on host b");
            assertThat(directory.resolve("out/a")).doesNotExist();
            assertThat(directory.resolve("out/b")).hasContent("x");
        }
    }

    private void assertUsage(String message, String... args) {
        assertThat(dfile.run(args)).as(String.join(" ", args)).isEqualTo(2);
        assertThat(dfile.err()).contains(message);
        assertThat(dfile.out()).isEmpty();
    }

    private void write(String name, String content) throws IOException {
        Path path = directory.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }
}
