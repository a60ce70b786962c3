package org.dfile.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostListFileTest {

    @TempDir
    private Path dir;

    private Path file;

    @BeforeEach
    void setUp() {
        file = dir.resolve("host-list.json");
    }

    @Test
    void write_thenRead_isEqual() throws IOException {
        HostListFile.write(file, Samples.LIST);

        assertThat(HostListFile.read(file)).isEqualTo(Samples.LIST);
        assertThat(Files.readString(file)).isEqualTo("""
                        {
                          "cluster" : "6f1de0f4-9b1c-4a57-8f0e-2f2f3c9b7a10",
                          "version" : 2,
                          "replicas" : 1,
                          "hosts" : [ {
                            "id" : "n1",
                            "address" : {
                              "host" : "127.0.0.1",
                              "port" : 7401
                            },
                            "volume" : "11111111-2222-3333-4444-555555555555"
                          }, {
                            "id" : "n2",
                            "address" : {
                              "host" : "::1",
                              "port" : 7402
                            },
                            "volume" : "11111111-2222-3333-4444-666666666666"
                          } ]
                        }
                        """);
    }

    @Test
    void write_overAnOldList_leavesTheNewOneAlone() throws IOException {
        Files.writeString(file, "old");
        Files.writeString(
                dir.resolve("host-list.json.new"), "left over by a crash, and longer than a list".repeat(100));

        HostListFile.write(file, Samples.LIST);

        assertThat(HostListFile.read(file)).isEqualTo(Samples.LIST);
        assertThat(dir).isDirectoryContaining(file::equals);
        try (var files = Files.list(dir)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void read_noFile_namesIt() {
        assertThatThrownBy(() -> HostListFile.read(file))
                .isInstanceOf(HostListException.class)
                .hasMessage("host list " + file + ": no such file");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "n1"                              | "N 1"        | hosts[0].id: not a host id: "N 1"
            "id" : "n2"                       | "id" : "n1"  | stands twice
            7401                              | 0            | hosts[0].address: port 0 of host 127.0.0.1
            7401                              | "x"          | hosts[0].address.port
            "version" : 2                     | "version" : 0| version 0 of the host list is below 1
            "version" : 2,                    | ''           | version
            "replicas" : 1                    | "replicas" : 3 | 3 replicas on 2 hosts
            "replicas"                        | "copies"     | replicas: Missing
            "version" : 2                     | "version" : 2, "extra" : 1 | extra: unknown key
            6f1de0f4-9b1c-4a57-8f0e-2f2f3c9b7a10 | x         | cluster: Invalid UUID string: x
            "n1"                              | null         | hosts[0].id
            {                                 | [            | from Array
            ]                                 | }            | line
            """)
    void parse_badText_namesSourceKeyAndReason(String good, String bad, String reason) {
        String text = HostListFile.toJson(Samples.LIST).replaceFirst(java.util.regex.Pattern.quote(good), bad);

        assertThatThrownBy(() -> HostListFile.parse(text, "here"))
                .isInstanceOf(HostListException.class)
                .hasMessageStartingWith("host list here: ")
                .hasMessageContaining(reason);
    }

    @Test
    void parse_null_isRefused() {
        assertThatThrownBy(() -> HostListFile.parse("null", "here")).hasMessage("host list here: it holds no list");
    }
}
