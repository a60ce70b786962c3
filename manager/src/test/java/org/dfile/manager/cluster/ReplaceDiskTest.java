package org.dfile.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.dfile.manager.cluster.ClusterFixture.Run;
import org.dfile.manager.console.ExitCodes;
import org.dfile.protocol.HostListException;
import org.dfile.protocol.HostListFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A disk is lost and replaced, with real nodes that keep three copies. */
@Timeout(600)
final class ReplaceDiskTest extends WithDistribution {

    @BeforeEach
    void open() throws IOException {
        world.localHosts(ClusterFixture.freePorts(3), ClusterFixture.JAVA);
    }

    @Test
    void replaceDisk_diskIsGone_bringsAllCopiesBack() throws IOException, HostListException {
        assertThat(world.run("replace-disk", "n3").expect(ExitCodes.REFUSED).err())
                .contains("never up");
        assertThat(world.run("up", "--timeout", "120").expect(ExitCodes.OK).out())
                .contains("3 copies of each file");
        Files.writeString(root.resolve("local"), "hello");
        world.run("put", "local", "a").expect(ExitCodes.OK);

        refusesADiskThatIsThere();
        Files.move(world.node(3).resolve("data"), root.resolve("lost"));
        refusesAnotherName();
        Run replaced = world.run("replace-disk", "--timeout", "120", "n3").expect(ExitCodes.OK);

        assertThat(replaced.out())
                .contains("host list 2 is decided: n3 gets a new disk", "n1  has the list", "n2  has the list")
                .containsPattern("n3 +has all its copies: [1-9]");
        assertThat(HostListFile.read(world.node(1).resolve("host-list.json")).version())
                .isEqualTo(2);
        assertThat(world.run("doctor", "a").expect(ExitCodes.OK).out()).contains("its 3 copies are alike");
        assertThat(world.run("stat", "a").expect(ExitCodes.OK).out()).containsPattern("n3 .* up to date");
        assertThat(root.resolve(".dfile-hosts/journal")).content().contains("host list 2: new volume for n3");
        keepsItsOwnNames();

        world.run("down").expect(ExitCodes.OK);
        theOldDiskIsForeign();
    }

    private void refusesADiskThatIsThere() throws IOException {
        assertThat(world.run("replace-disk", "n3").expect(ExitCodes.REFUSED).err())
                .contains("it has its disk");
        assertThat(world.run("replace-disk", "n9").expect(ExitCodes.USAGE).err())
                .contains("n9 is not in the host list");
        ProcessHandle process = ProcessHandle.of(world.pid(3)).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
        assertThat(world.run("replace-disk", "n3").expect(ExitCodes.REFUSED).err())
                .contains("is not empty: if what is in it is lost, move it away first");
    }

    /** Nobody types anything here. */
    private void refusesAnotherName() {
        Run refused = world.run("replace-disk", "--accept-loss", "n3").expect(ExitCodes.REFUSED);
        assertThat(refused.out()).contains("nothing is lost", "type the name of the cluster (dfile)");
        assertThat(refused.err()).contains("nothing was changed");
    }

    private void keepsItsOwnNames() throws IOException {
        assertThat(world.run("ls").expect(ExitCodes.OK).out()).contains("a").doesNotContain(".dfile");
        assertThat(world.run("cat", ".dfile/host-list/2").expect(ExitCodes.OK).out())
                .contains("\"version\" : 2");
        assertThat(world.run("put", "local", ".dfile/b")
                        .expect(ExitCodes.FAILED)
                        .err())
                .contains("belong to the cluster itself");
        assertThat(world.run("rm", ".dfile/host-list/2")
                        .expect(ExitCodes.FAILED)
                        .err())
                .contains("belong to the cluster itself");
    }

    private void theOldDiskIsForeign() throws IOException {
        Files.move(world.node(3).resolve("data"), root.resolve("new"));
        Files.move(root.resolve("lost"), world.node(3).resolve("data"));
        assertThat(world.run("up", "--timeout", "120").expect(ExitCodes.PARTIAL).err())
                .contains("exit code:    3");
    }
}
