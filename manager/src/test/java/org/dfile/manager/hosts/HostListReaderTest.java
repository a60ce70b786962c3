package org.dfile.manager.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dfile.manager.console.ExitCodes;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostListReaderTest {

    @TempDir
    private Path folder;

    @Test
    void read_smallestList_takesDefaults() throws IOException {
        Wish wish = read("hosts = [ { id = a, address = ha } ]");

        assertThat(wish.hosts())
                .containsExactly(new HostEntry(
                        new HostId("a"),
                        new HostAddress("ha", 7400),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        "java",
                        256L << 20));
        assertThat(wish.allowPlainTcp()).isFalse();
    }

    @Test
    void read_defaultsAndOwnKeys_ownKeysHold() throws IOException {
        Wish wish = read("""
                cluster = c1
                allow-plain-tcp = true
                defaults { port = 7500, user = u, ssh-port = 2222, dir = /srv, java = /j/bin/java, heap = 1g }
                hosts = [
                  { id = a, address = ha }
                  { id = b, address = hb, port = 7501, user = v, ssh-port = 23, identity = k, dir = d, data = /data,
                    java = j, heap = 128m, local = true }
                ]
                """);

        assertThat(wish.cluster()).isEqualTo("c1");
        assertThat(wish.allowPlainTcp()).isTrue();
        assertThat(wish.hosts())
                .isEqualTo(List.of(
                        new HostEntry(
                                new HostId("a"),
                                new HostAddress("ha", 7500),
                                false,
                                Optional.of("u"),
                                Optional.of(2222),
                                Optional.empty(),
                                Optional.of("/srv"),
                                Optional.empty(),
                                "/j/bin/java",
                                1L << 30),
                        new HostEntry(
                                new HostId("b"),
                                new HostAddress("hb", 7501),
                                true,
                                Optional.of("v"),
                                Optional.of(23),
                                Optional.of("k"),
                                Optional.of("d"),
                                Optional.of("/data"),
                                "j",
                                128L << 20)));
    }

    /** Each row: the text, with | for a line break; the line of the mistake, 0 if unknown; what the message contains. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "cluster = c;                                                            0; there is no host",
                "hosts = [];                                                             1; 1 to 1024 hosts, not 0",
                "hosts = [|{ id = a, address = h }|{ id = a, address = g } ];            3; \"a\" stands twice",
                "hosts = [|{ id = a, address = h }|{ id = b, address = h } ];            3; h:7400 stands twice, for a and b",
                "hosts = [ { id = a, address = h } ]|colour = red;                       2; colour: unknown key",
                "hosts = [|{ id = a, address = h,| hots = 1 } ];                         3; hosts.hots: unknown key",
                "hosts = [ { id = a, address = h } ]|defaults {| data = x };             3; defaults.data: unknown key",
                "hosts = [|{ address = h } ];                                            2; hosts.id: is missing",
                "hosts = [|{ id = a } ];                                                 2; hosts.address: is missing",
                "hosts = [|{ id = A b, address = h } ];                                  2; not a host id",
                "hosts = [|{ id = a, address = h, port = 70000 } ];                      2; port 70000",
                "hosts = [|{ id = a, address = h, port = often } ];                      2; hosts.port",
                "hosts = [|{ id = a, address = h, ssh-port = 0 } ];                      2; hosts.ssh-port",
                "hosts = [|{ id = a, address = \"me@h\" } ];                             2; not a host name",
                "hosts = [|{ id = a, address = \" \" } ];                                2; hosts.address",
                "hosts = [|{ id = a, address = h, heap = 1k } ];                         2; at least 64m",
                "hosts = [|{ id = a, address = h, heap = much } ];                       2; hosts.heap",
                "hosts = [|{ id = a, address = h, local = maybe } ];                     2; hosts.local",
                "hosts = [|n1, n2 ];                                                     2; not a host but",
                "hosts = n1;                                                             1; hosts",
                "hosts = [ { id = a, address = h } ]|allow-plain-tcp = perhaps;          2; allow-plain-tcp",
                "hosts = [|{ id = a, address = ${nowhere} } ];                           2; nowhere",
                "hosts = [|{ id = a;                                                     2; ",
            })
    void read_badList_namesFileLineAndProblem(String text, int line, String problem) throws IOException {
        HostListException e = catchThrowableOfType(HostListException.class, () -> read(text.replace('|', '\n')));

        assertThat(e)
                .hasMessageContaining("hosts.conf" + (line > 0 ? ":" + line : "") + ": ")
                .hasMessageContaining(Optional.ofNullable(problem).orElse(""));
        assertThat(e.exitCode()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void read_missingFile_saysSo() {
        HostListException e =
                catchThrowableOfType(HostListException.class, () -> HostListReader.read(folder.resolve("no.conf")));

        assertThat(e).hasMessageContaining("no.conf").hasMessageContaining("there is no such file");
    }

    @Test
    void read_shippedList_hasThreeLocalHosts() {
        Wish wish = HostListReader.read(Path.of("..", "conf", "hosts.conf"));

        assertThat(wish.hosts()).allMatch(HostEntry::local);
        assertThat(wish.hosts().stream().map(HostEntry::address))
                .containsExactly(
                        new HostAddress("127.0.0.1", 7401),
                        new HostAddress("127.0.0.1", 7402),
                        new HostAddress("127.0.0.1", 7403));
    }

    @Test
    void read_listFromArguments_isWhatWasAskedFor() throws IOException {
        Wish wish = read(
                AdHocList.render(List.of("127.0.0.1", "me@Far.example:7500", "127.0.0.1:7600", "[::1]"), 7400, true));

        assertThat(wish.hosts().stream().map(HostEntry::id))
                .containsExactly(
                        new HostId("127.0.0.1"),
                        new HostId("far.example"),
                        new HostId("127.0.0.1-7600"),
                        new HostId("h1"));
        assertThat(wish.hosts().stream().map(HostEntry::local)).containsExactly(true, false, true, true);
        assertThat(wish.hosts().get(1).user()).contains("me");
        assertThat(wish.hosts().get(1).address()).isEqualTo(new HostAddress("Far.example", 7500));
        assertThat(wish.allowPlainTcp()).isTrue();
    }

    private Wish read(String text) throws IOException {
        return HostListReader.read(Files.writeString(folder.resolve("hosts.conf"), text));
    }
}
