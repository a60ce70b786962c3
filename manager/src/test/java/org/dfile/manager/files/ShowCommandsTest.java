package org.dfile.manager.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.replicas.Replicas;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.Limits;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShowCommandsTest {

    @TempDir
    Path directory;

    private CommandFixture dfile;

    @BeforeEach
    void setUp() {
        dfile = new CommandFixture(directory);
    }

    @Nested
    class Ls {

        @BeforeEach
        void setUp() {
            for (String name : new String[] {"a", "a/b", "a/c/d", "a-1", "b/x", "b/y", "b/z/1", "b/z/2", "c"}) {
                dfile.files.put(name, name);
            }
        }

        @Test
        void ls_top_showsFilesAndImpliedFoldersOfAllPages() {
            assertThat(dfile.run("ls")).isZero();
            assertThat(dfile.outLines()).containsExactly("a", "a-1", "a/", "b/", "c");
        }

        @Test
        void ls_largeFolders_areNotListedToTheEnd() {
            for (int i = 0; i < 100; i++) {
                dfile.files.put("b/z/many" + i, "x");
                dfile.files.put("b/\uDBFF\uDFFF/" + i, "x");
            }
            assertThat(dfile.run("ls", "b")).isZero();
            assertThat(dfile.outLines()).containsExactly("x", "y", "z/", "\uDBFF\uDFFF/");
            assertThat(dfile.files.pages).hasValueLessThan(10);
        }

        @Test
        void ls_folder_showsItsLevel() {
            assertThat(dfile.run("ls", "b")).isZero();
            assertThat(dfile.outLines()).containsExactly("x", "y", "z/");
            assertThat(dfile.run("ls", "b/z/")).isZero();
            assertThat(dfile.outLines()).containsExactly("1", "2");
        }

        @Test
        void ls_fileThatIsAlsoAFolder_showsBothAndWithSlashTheFolder() {
            assertThat(dfile.run("ls", "a")).isZero();
            assertThat(dfile.outLines()).containsExactly("a", "a/");
            assertThat(dfile.run("ls", "a/")).isZero();
            assertThat(dfile.outLines()).containsExactly("b", "c/");
        }

        @Test
        void ls_recursive_showsFullNames() {
            assertThat(dfile.run("ls", "-r", "b")).isZero();
            assertThat(dfile.outLines()).containsExactly("b/x", "b/y", "b/z/1", "b/z/2");
            assertThat(dfile.run("ls", "-r")).isZero();
            assertThat(dfile.outLines()).hasSize(9).startsWith("a", "a-1", "a/b");
        }

        @Test
        void ls_long_showsSizeAndTime() {
            assertThat(dfile.run("ls", "-l")).isZero();
            assertThat(dfile.outLines()).hasSize(5);
            assertThat(dfile.outLines().get(1)).matches(" +3  202\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d:05  a-1");
            assertThat(dfile.outLines().get(2)).matches(" +-  - +a/");
        }

        @Test
        void ls_json_isAnArrayWithFullNames() throws Exception {
            assertThat(dfile.run("ls", "--json", "b")).isZero();
            assertThat(dfile.json().findValuesAsText("name")).containsExactly("b/x", "b/y", "b/z/");
            assertThat(dfile.json().get(0).get("size").asLong()).isEqualTo(3);
            assertThat(dfile.json().get(0).get("modified").asText()).isEqualTo("2026-01-02T03:04:05.678Z");
            assertThat(dfile.json().get(2).get("folder").asBoolean()).isTrue();
        }

        @Test
        void ls_nothingThere_saysSo() throws Exception {
            assertThat(dfile.run("ls", "x")).isEqualTo(1);
            assertThat(dfile.err()).isEqualTo("dfile: no such file or folder: x\n");
            assertThat(dfile.run("ls", "c/")).isEqualTo(1);
            assertThat(dfile.err()).isEqualTo("dfile: no such folder: c/\n");
            dfile.files.contents.clear();
            assertThat(dfile.run("ls", "--json")).isZero();
            assertThat(dfile.json()).isEmpty();
        }

        @Test
        void ls_hostMissing_failsNamingItUnlessPartial() {
            dfile.files.missing.add(dfile.files.hostList().hosts().get(1));
            assertThat(dfile.run("ls")).isEqualTo(1);
            assertThat(dfile.err()).contains("the listing is not complete, no answer from: b (127.0.0.1:7402)");
            assertThat(dfile.run("ls", "--partial")).isEqualTo(3);
            assertThat(dfile.outLines()).containsExactly("a", "a-1", "a/", "b/", "c");
            assertThat(dfile.err()).contains("not complete").contains("b (127.0.0.1:7402)");
        }
    }

    @Nested
    class Cat {

        @Test
        void cat_several_oneAfterTheOther() {
            dfile.files.put("a", "1");
            dfile.files.put("b", "2");
            assertThat(dfile.run("cat", "a", "b", "a")).isZero();
            assertThat(dfile.out()).isEqualTo("121");
        }

        @Test
        void cat_oneMissing_othersAreWritten() {
            dfile.files.put("a", "1");
            assertThat(dfile.run("cat", "x", "a")).isEqualTo(1);
            assertThat(dfile.out()).isEqualTo("1");
            assertThat(dfile.err()).contains("no such file: x");
        }

        @Test
        void cat_range_writesJustThat() {
            dfile.files.put("a", "0123456789");
            assertThat(dfile.run("cat", "--offset=3", "--bytes=4", "a")).isZero();
            assertThat(dfile.out()).isEqualTo("3456");
            assertThat(dfile.run("cat", "--offset", "8", "--bytes", "1 KiB", "a"))
                    .isZero();
            assertThat(dfile.out()).isEqualTo("89");
            assertThat(dfile.run("cat", "--offset", "10", "a")).isZero();
            assertThat(dfile.out()).isEmpty();
            assertThat(dfile.run("cat", "--bytes", "0", "a")).isZero();
            assertThat(dfile.out()).isEmpty();
            assertThat(dfile.run("cat", "--offset", "-1", "a")).isEqualTo(2);
            assertThat(dfile.err()).contains("\"-1\" cannot be read");
        }

        @Test
        void cat_longerThanWhatIsReadAhead_isWhole() {
            String longText = "0123456789abcdef".repeat(Limits.MAX_CHUNK_BYTES); // 16 chunks, to the byte
            for (String text : new String[] {longText, longText + "x", longText.substring(1)}) {
                dfile.files.put("a", text);
                assertThat(dfile.run("cat", "a")).isZero();
                assertThat(dfile.out().equals(text)).isTrue();
            }
        }
    }

    @Nested
    class Append {

        @Test
        void append_standardInput_goesToTheEnd() {
            dfile.files.put("a", "old ");
            dfile.in("new");
            assertThat(dfile.run("append", "a")).isZero();
            assertThat(dfile.files.text("a")).isEqualTo("old new");
            assertThat(dfile.out() + dfile.err()).isEmpty();
        }

        @Test
        void append_verbose_printsReceipts() {
            dfile.files.put("a", "old ");
            dfile.in("new");
            assertThat(dfile.run("append", "-v", "a")).isZero();
            assertThat(dfile.out()).isEqualTo("offset 4, 3 bytes, version 1.2, on disk on 1 host\n");
        }

        @Test
        void append_json_sumsUp() throws Exception {
            dfile.in("x".repeat(3 * Limits.MAX_CHUNK_BYTES));
            assertThat(dfile.run("append", "--json", "a")).isZero();
            assertThat(dfile.json().get("appends").asInt()).isEqualTo(3);
            assertThat(dfile.json().get("byteCount").asLong()).isEqualTo(3L * Limits.MAX_CHUNK_BYTES);
            assertThat(dfile.json().get("firstOffset").asLong()).isZero();
            dfile.in("");
            assertThat(dfile.run("append", "--json", "b")).isZero();
            assertThat(dfile.json().get("appends").asInt()).isZero();
            assertThat(dfile.json().get("firstOffset").isNull()).isTrue();
        }

        @Test
        void append_failsInTheMiddle_saysHowMuchIsThere() {
            dfile.in("x".repeat(3 * Limits.MAX_CHUNK_BYTES));
            dfile.files.failures.put("a#2", new Failure.ShuttingDown(new HostId("b")));
            assertThat(dfile.run("append", "a")).isEqualTo(1);
            assertThat(dfile.err())
                    .isEqualTo("dfile: the first 2097152 bytes are appended; then: host b is shutting down\n");
        }

        @Test
        void append_lines_tearsNone() {
            String line = "y".repeat(999) + "\n";
            dfile.in(line.repeat(2_000) + "last");
            assertThat(dfile.run("append", "--lines", "a")).isZero();
            assertThat(dfile.files.text("a")).isEqualTo(line.repeat(2_000) + "last");
            assertThat(dfile.files.appends).hasSizeGreaterThan(1);
            assertThat(dfile.files.appends.subList(0, dfile.files.appends.size() - 1))
                    .allMatch(count -> count % 1_000 == 0);
        }

        @Test
        void append_lineTooLong_isRefused() {
            dfile.in("short\n" + "y".repeat(Limits.MAX_CHUNK_BYTES + 1));
            assertThat(dfile.run("append", "--lines", "a")).isEqualTo(1);
            assertThat(dfile.err()).contains("a line is longer than 1048576 bytes");
            assertThat(dfile.files.text("a")).isEqualTo("short\n");
        }
    }

    @Nested
    class StatAndWhere {

        @Test
        void stat_file_showsAll() throws Exception {
            dfile.files.put("a", "hello");
            assertThat(dfile.run("stat", "a")).isZero();
            assertThat(dfile.out()).contains("size      5 bytes", "version   1.2", "slot      ", "127.0.0.1:740");
            assertThat(dfile.run("stat", "--json", "a")).isZero();
            assertThat(dfile.json().get("size").asLong()).isEqualTo(5);
            assertThat(dfile.json().get("slot").asInt())
                    .isEqualTo(FileName.of("a").slot().number());
            assertThat(dfile.json().get("hosts").get(0).get("id").asText())
                    .isEqualTo(dfile.files.where("a").get(0).id().text());
        }

        @Test
        void stat_replicas_showsTheStateOfEach() throws Exception {
            dfile.files.put("a", "hello");
            dfile.replicas = (list, name) -> List.of(Replicas.file(1, 4), Replicas.file(2, 3), Replicas.silent(3));
            assertThat(dfile.run("stat", "a")).isZero();
            assertThat(dfile.out())
                    .containsPattern("h1 +127.0.0.1:7401 +coordinator +1.4 +- +up to date")
                    .containsPattern("h2 +127.0.0.1:7402 +replica +1.3 +- +behind")
                    .containsPattern("h3 +127.0.0.1:7403 +- +- +- +does not answer +no answer within 2 s");
            assertThat(dfile.run("stat", "--json", "a")).isZero();
            assertThat(dfile.json().get("replicas").get(1).get("state").asText())
                    .isEqualTo("behind");
            assertThat(dfile.closedSources).isEqualTo(2);
        }

        @Test
        void doctor_saysHowItIsByItsExitCode() throws Exception {
            dfile.replicas = (list, name) -> List.of(Replicas.file(1, 4), Replicas.file(2, 4));
            assertThat(dfile.run("doctor", "a")).isEqualTo(ExitCodes.OK);
            assertThat(dfile.out()).startsWith("a: all is well\n- its 2 copies are alike and up to date\n\nREPLICA");

            dfile.replicas = (list, name) -> List.of(Replicas.file(1, 4), Replicas.file(2, 4), Replicas.silent(3));
            assertThat(dfile.run("doctor", "--json", "a")).isEqualTo(ExitCodes.DEGRADED);
            assertThat(dfile.json().get("condition").asText()).isEqualTo("DEGRADED");
            assertThat(dfile.json().get("replicas")).hasSize(3);
        }

        @Test
        void doctor_listIsKnown_needsNoClient() {
            dfile.formedList = Optional.of(dfile.files.hostList());
            assertThat(dfile.run("doctor", "a")).isEqualTo(ExitCodes.UNAVAILABLE);
            assertThat(dfile.connectedWith).isNull();
            assertThat(dfile.out()).contains("not served at the moment", "What to do:", "\"dfile up\"");
            assertThat(dfile.run("doctor", "a//b")).isEqualTo(ExitCodes.USAGE);
        }

        @Test
        void stat_missing_saysSo() {
            assertThat(dfile.run("stat", "a")).isEqualTo(1);
            assertThat(dfile.err()).isEqualTo("dfile: no such file: a\n");
        }

        @Test
        void where_listIsKnown_asksNobody() throws Exception {
            dfile.formedList = Optional.of(dfile.files.hostList());
            assertThat(dfile.run("where", "--json", "a")).isZero();
            assertThat(dfile.connectedWith).isNull();
            assertThat(dfile.json().get("slot").asInt()).isEqualTo(0xca9); // printf a | sha256sum
            assertThat(dfile.json().get("hosts")).hasSize(1);
            assertThat(dfile.json().get("hosts").get(0).get("weight").asText()).matches("[0-9a-f]{16}");
        }

        @Test
        void where_listIsNotKnown_asksTheCluster() {
            assertThat(dfile.run("where", "a")).isZero();
            assertThat(dfile.connectedWith).isNotNull();
            assertThat(dfile.out()).contains("slot 3241 (ca9)", "HOST", "127.0.0.1:740");
            assertThat(dfile.run("where", "a//b")).isEqualTo(2);
        }
    }

    @Nested
    class Rm {

        @BeforeEach
        void setUp() {
            IntStream.range(0, 10).forEach(i -> dfile.files.put("d/" + i, "x"));
            dfile.files.put("d", "x");
            dfile.files.put("e", "x");
        }

        @Test
        void rm_names_removesThemAndNamesTheMissing() {
            assertThat(dfile.run("rm", "e", "x", "d/1")).isEqualTo(1);
            assertThat(dfile.err()).contains("no such file: x");
            assertThat(dfile.files.names()).hasSize(10);
            assertThat(dfile.run("rm", "-f", "x", "d/2")).isZero();
            assertThat(dfile.err()).isEmpty();
            assertThat(dfile.files.names()).hasSize(9);
        }

        @Test
        void rmTree_noTerminal_needsYes() {
            assertThat(dfile.run("rm", "-r", "d")).isEqualTo(2);
            assertThat(dfile.err()).contains("add -y");
            assertThat(dfile.files.names()).hasSize(12);
            assertThat(dfile.run("rm", "-r", "-y", "d")).isZero();
            assertThat(dfile.out()).isEqualTo("11 files removed\n");
            assertThat(dfile.files.names()).containsExactly("e");
        }

        @Test
        void rmTree_terminal_asks() {
            dfile.inIsTerminal = true;
            dfile.in("n\n");
            assertThat(dfile.run("rm", "-r", "d/")).isEqualTo(1);
            assertThat(dfile.err()).contains("remove 10 files below d/? [y/N]", "nothing removed");
            assertThat(dfile.files.names()).hasSize(12);
            dfile.in("Y\n");
            assertThat(dfile.run("rm", "-r", "d/")).isZero();
            assertThat(dfile.files.names()).containsExactly("d", "e");
        }

        @Test
        void rmTree_nothingThere_saysSo() {
            assertThat(dfile.run("rm", "-ry", "x")).isEqualTo(1);
            assertThat(dfile.err()).contains("no such file or folder: x");
            assertThat(dfile.run("rm", "d/")).isEqualTo(2);
        }
    }
}
