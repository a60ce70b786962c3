package org.dfile.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.hosts.HostEntry;
import org.dfile.manager.hosts.Wish;
import org.dfile.manager.launch.NodeHome.Format;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.VolumeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FormationTest {

    @TempDir
    private Path folder;

    private final AtomicLong ids = new AtomicLong();

    @Test
    void form_newWish_hasAllHostsWithVolumesOfTheirOwnAndNothingFormatted() {
        Formed formed = form(wish("a@ha:1", "b@hb:2"));

        assertThat(formed.list().version()).isEqualTo(1);
        assertThat(formed.list().replicas()).isEqualTo(2);
        assertThat(form(wish("a@ha:1", "b@hb:2", "c@hc:3", "d@hd:4")).list().replicas())
                .isEqualTo(3);
        assertThat(formed.list().hosts()).extracting(host -> host.id().text()).containsExactly("a", "b");
        assertThat(formed.list().hosts()).extracting(host -> host.volume()).doesNotHaveDuplicates();
        assertThat(formed.format(new HostId("a"))).isEqualTo(Format.NEW);
    }

    @Test
    void differences_sameHostsInOtherOrder_areNone() {
        assertThat(Formation.differences(
                        wish("b@hb:2", "a@ha:1"), form(wish("a@ha:1", "b@hb:2")).list()))
                .isEmpty();
    }

    @Test
    void differences_newMissingAndMovedHosts_areAllNamed() {
        List<String> differences = Formation.differences(
                wish("a@ha:9", "c@hc:3"), form(wish("a@ha:1", "b@hb:2")).list());

        assertThat(differences)
                .containsExactly(
                        "host a has address ha:9, was formed with ha:1",
                        "host c (hc:3) is new",
                        "host b (hb:2) is missing");
    }

    @Test
    void exposed_addressesOffLoopback_areNamedUnlessAllowed() {
        assertThat(Formation.exposed(wish("a@127.0.0.1:1", "b@10.0.0.1:2", "c@localhost:3")))
                .extracting(host -> host.id().text())
                .containsExactly("b");
        Wish wish = wish("b@10.0.0.1:2");
        assertThat(Formation.exposed(new Wish(wish.file(), wish.cluster(), true, OptionalInt.empty(), wish.hosts())))
                .isEmpty();
    }

    @Test
    void form_wishedReplicas_areTakenAndKept() {
        Wish wish = wish("a@ha:1", "b@hb:2");
        Wish two = new Wish(wish.file(), wish.cluster(), false, OptionalInt.of(2), wish.hosts());
        Formed formed = form(two);
        assertThat(formed.list().replicas()).isEqualTo(2);
        assertThat(Formation.differences(two, formed.list())).isEmpty();
        Wish one = new Wish(wish.file(), wish.cluster(), false, OptionalInt.of(1), wish.hosts());
        assertThat(Formation.differences(one, formed.list())).containsExactly("replicas = 1, was formed with 2");
    }

    @Test
    void formed_volumeReplaced_isToBeFormattedOnceMoreAsSuch() {
        ClusterFolder state = ClusterFolder.of(folder.resolve("hosts.conf"));
        state.create();
        Formed formed =
                form(wish("a@ha:1", "b@hb:2")).withFormatted(new HostId("a")).withFormatted(new HostId("b"));
        Host a = formed.list().hosts().get(0);
        Host b = formed.list().hosts().get(1);
        HostList next = new HostList(
                formed.list().cluster(),
                2,
                formed.list().replicas(),
                List.of(a, new Host(b.id(), b.address(), new VolumeId(new UUID(5, 5)))));

        Formed replaced = formed.withList(next);

        assertThat(replaced.format(a.id())).isEqualTo(Format.NO);
        assertThat(replaced.format(b.id())).isEqualTo(Format.REPLACEMENT);
        assertThat(replaced.awaitsReplacement(b.id())).isTrue();
        assertThat(replaced.withFormatted(b.id()).format(b.id())).isEqualTo(Format.NO);
        state.save(replaced);
        assertThat(state.formed()).contains(replaced);
    }

    @Test
    void folder_formedAndMarked_isReadBackAsItWas() {
        ClusterFolder state = ClusterFolder.of(folder.resolve("hosts.conf"));
        state.create();
        Formed formed = form(wish("a@ha:1", "b@hb:2"));
        assertThat(state.formed()).isEmpty();

        FormedKeeper keeper = new FormedKeeper(state, formed);
        state.save(formed);
        assertThat(state.formed()).contains(formed);
        keeper.markFormatted(new HostId("b"));

        assertThat(state.formed()).contains(new Formed(formed.list(), Set.of(new HostId("b")), Set.of()));
        assertThat(keeper.now().format(new HostId("b"))).isEqualTo(Format.NO);
        assertThat(keeper.now().format(new HostId("a"))).isEqualTo(Format.NEW);
        assertThat(state.path()).isEqualTo(folder.resolve(".dfile-hosts"));
    }

    /** A manager that died while it saved leaves a temporary file; what was saved before still holds. */
    @Test
    void folder_halfWrittenSuccessor_isNotRead() throws IOException {
        ClusterFolder state = ClusterFolder.of(folder.resolve("hosts.conf"));
        state.create();
        Formed formed = form(wish("a@ha:1"));
        state.save(formed);
        Files.writeString(state.path().resolve("formed.json123.tmp"), "{ \"list\" : { \"clus");

        assertThat(state.formed()).isEqualTo(Optional.of(formed));
    }

    @Test
    void folder_damagedFile_isRefusedByName() throws IOException {
        ClusterFolder state = ClusterFolder.of(folder.resolve("hosts.conf"));
        state.create();
        for (String damage : List.of("", "{", "{}", "{ \"list\" : 7 }")) {
            Files.writeString(state.path().resolve("formed.json"), damage);

            assertThatThrownBy(state::formed)
                    .as("\"" + damage + "\"")
                    .isInstanceOf(CommandException.class)
                    .hasMessageContaining("formed.json");
        }
    }

    @Test
    void folder_adminToken_isDrawnOnceAndOnlyItsOwnerMayReadIt() throws IOException {
        ClusterFolder state = ClusterFolder.of(folder.resolve("hosts.conf"));
        state.create();

        String token = state.adminToken();

        assertThat(token).matches("[0-9a-f]{512}").isEqualTo(state.adminToken());
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(state.path().resolve("admin.token"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.path())))
                .isEqualTo("rwx------");
    }

    @Test
    void lock_heldByAnother_isRefusedAndNamesTheHolder() {
        Path file = folder.resolve("lock");

        int result = ClusterLock.hold(file, "up", () -> {
            assertThatThrownBy(() -> ClusterLock.hold(file, "down", () -> 0))
                    .isInstanceOfSatisfying(
                            CommandException.class,
                            e -> assertThat(e.exitCode()).isEqualTo(ExitCodes.REFUSED))
                    .hasMessageContaining(
                            "dfile up, pid " + ProcessHandle.current().pid());
            return 7;
        });

        assertThat(result).isEqualTo(7);
        assertThat(ClusterLock.hold(file, "down", () -> 8)).isEqualTo(8);
    }

    private Formed form(Wish wish) {
        return Formation.form(wish, () -> new UUID(1, ids.incrementAndGet()));
    }

    /** Hosts as {@code id@address:port}. */
    private static Wish wish(String... hosts) {
        return new Wish(
                Path.of("hosts.conf"),
                "test",
                false,
                OptionalInt.empty(),
                Arrays.stream(hosts).map(FormationTest::entry).toList());
    }

    private static HostEntry entry(String text) {
        String[] parts = text.split("[@:]", -1);
        return new HostEntry(
                new HostId(parts[0]),
                new HostAddress(parts[1], Integer.parseInt(parts[2])),
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "java",
                1 << 28);
    }
}
