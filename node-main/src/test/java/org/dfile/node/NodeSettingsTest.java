package org.dfile.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.UUID;
import org.assertj.core.api.AbstractThrowableAssert;
import org.dfile.model.ClusterId;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.store.StoreSettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeSettingsTest {

    @TempDir
    private Path temp;

    private NodeFolder folder;

    @BeforeEach
    void setUp() throws IOException {
        folder = NodeFolder.create(temp.resolve("n1"));
    }

    private AbstractThrowableAssert<?, ?> assertRefused() {
        return assertThatThrownBy(folder::read)
                .isInstanceOfSatisfying(
                        NodeException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.SETTINGS_REFUSED));
    }

    @Test
    void read_leastSettings_takesTheRestFromReference() throws NodeException {
        NodeSettings settings = folder.read();

        assertThat(settings.self()).isEqualTo(folder.host());
        assertThat(settings.data()).isEqualTo(folder.data());
        assertThat(settings.adminToken()).isEqualTo(NodeFolder.TOKEN);
        assertThat(settings.bindHost()).isEqualTo("127.0.0.1");
        assertThat(settings.bindPort()).isEqualTo(folder.host().address().port());
        assertThat(settings.format()).isTrue();
        assertThat(settings.allowPlainTcp()).isFalse();
        assertThat(settings.shutdownTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.store()).isEqualTo(StoreSettings.defaults());
        assertThat(settings).asString().doesNotContain(NodeFolder.TOKEN);
    }

    @Test
    void read_allSaidOtherwise_isTaken() throws IOException, NodeException {
        folder.writeSettings("""
                dfile.node {
                  data = ../elsewhere
                  bind { host = localhost, port = 9999 }
                  format = false
                  shutdown-timeout = 1 minute
                  store { data-file-size = 8 MiB, reserve = 1 MiB }
                }
                dfile.server.max-open-files = 7
                """);

        NodeSettings settings = folder.read();

        assertThat(settings.data()).isEqualTo(temp.resolve("elsewhere"));
        assertThat(settings.bindHost()).isEqualTo("localhost");
        assertThat(settings.bindPort()).isEqualTo(9_999);
        assertThat(settings.format()).isFalse();
        assertThat(settings.shutdownTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.store().dataFileBytes()).isEqualTo(8 << 20);
        assertThat(settings.store().reserveBytes()).isEqualTo(1 << 20);
        assertThat(settings.server().maxOpenFiles()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dfile.node.host-id = ""                  | dfile.node.host-id is missing
            dfile.node.host-id = n2                  | dfile.node.host-id "n2" does not stand in host list
            dfile.node.host-id = "N 1"               | not a host id: "N 1"
            dfile.node.data = ""                     | dfile.node.data is blank
            dfile.node.bind.port = 70000             | dfile.node.bind.port 70000
            dfile.node.bind.port = x                 | bind.port
            dfile.node.bind.host = "0.0.0.0"         | dfile.node.bind.host, 0.0.0.0, can be reached by other machines
            dfile.node.bind.host = "no.such.invalid" | dfile.node.bind.host, no.such.invalid, is not known
            dfile.node.format = maybe                | format
            dfile.node.shutdown-timeout = 0          | dfile.node.shutdown-timeout must be above zero
            dfile.node.shutdown-timeout = fast       | shutdown-timeout
            dfile.node.store.io-buffers = 0          | dfile.node.store: ioBuffers is 0
            dfile.node.store.reserve = lots          | reserve
            dfile.node.stroe.reserve = 1             | unknown key dfile.node.stroe.reserve
            dfile.node.hostlist = x                  | unknown key dfile.node.hostlist
            dfile.server.max-open-files = 0          | dfile.server.max-open-files must be at least 1: 0
            dfile.server.max-open = 1                | unknown key dfile.server.max-open
            dfile.operator.max-question = 1          | unknown key dfile.operator.max-question
            dfile.slots.hearts = 1                   | unknown key dfile.slots.hearts
            dfile.transfer.speed = 1                 | unknown key dfile.transfer.speed
            dfile.node { data =                      | node.conf
            dfile.node.data = ${nowhere}             | nowhere
            dfile.node.host-list = missing.json      | missing.json: no such file
            dfile.node.admin-token-file = missing    | missing: no such file
            """)
    void read_badValue_isRefusedNamingFileAndKey(String line, String reason) throws IOException {
        folder.writeSettings(line);

        assertRefused().hasMessageContaining(temp.toString()).hasMessageContaining(reason);
    }

    @Test
    void read_noFile_namesIt() throws IOException {
        Files.delete(folder.settings());

        assertRefused().hasMessageContaining(folder.settings().toString());
    }

    @Test
    void read_brokenHostList_namesFileAndKey() throws IOException {
        Files.writeString(
                folder.hostList(), Files.readString(folder.hostList()).replace("\"version\" : 1", "\"version\" : 0"));

        assertRefused().hasMessageContaining(folder.hostList().toString()).hasMessageContaining("version 0");
    }

    @Test
    void read_tokenThatOthersMayRead_isRefused() throws IOException {
        Files.setPosixFilePermissions(folder.token(), PosixFilePermissions.fromString("rw-r-----"));

        assertRefused().hasMessageContaining("chmod 600").message().doesNotContain(NodeFolder.TOKEN);
    }

    @Test
    void read_emptyToken_isRefused() throws IOException {
        folder.writeToken(" \n");

        assertRefused().hasMessageContaining("empty");
    }

    @Test
    void read_listedAddressOffLoopback_isRefusedUnlessInsistedOn() throws IOException, NodeException {
        folder = NodeFolder.create(
                temp.resolve("public"),
                new ClusterId(new UUID(1, 1)),
                new HostId("n1"),
                new HostAddress("192.0.2.1", 7_401));

        assertRefused()
                .hasMessageContaining("192.0.2.1")
                .hasMessageContaining("dfile.node.allow-plain-tcp")
                .hasMessageContaining(folder.settings().toString());

        folder.writeSettings("dfile.node.allow-plain-tcp = true");

        assertThat(folder.read().bindHost()).isEqualTo("192.0.2.1");
    }
}
