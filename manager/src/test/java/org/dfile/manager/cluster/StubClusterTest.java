package org.dfile.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dfile.manager.cluster.ClusterFixture.Run;
import org.dfile.manager.console.ExitCodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commands with nodes that misbehave as no real node should. */
@Timeout(120)
final class StubClusterTest extends WithDistribution {

    @Test
    void nodeOfAnotherBuild_isNamedAsSuchAndCanBeTakenDown() throws IOException {
        world.localHosts(ClusterFixture.freePorts(2), world.stubJava());
        world.run("up").expect(ExitCodes.OK);
        Files.createFile(world.node(2).resolve("other-build"));

        Run status = world.run("status").expect(ExitCodes.PARTIAL);
        assertThat(status.out()).contains("INCOMPATIBLE", "host n2 runs DFile 9.9, which speaks protocol 99");
        assertThat(world.run("up").expect(ExitCodes.PARTIAL).err()).contains("runs DFile 9.9");
        assertThat(world.run("scrub", "n2").expect(ExitCodes.NONE).out()).contains("failed: host n2 runs DFile 9.9");
        assertThat(world.run("down").expect(ExitCodes.OK).out()).contains("2/2 down");
    }

    @Test
    void down_oneNodeDeafAndOneStubborn_signalsThemAndKillsOnlyByForce() throws IOException {
        world.localHosts(ClusterFixture.freePorts(2), world.stubJava());
        Files.createDirectories(world.node(1));
        Files.createDirectories(world.node(2));
        Files.writeString(world.node(1).resolve("misbehave"), "deaf");
        Files.writeString(world.node(2).resolve("misbehave"), "deaf stubborn");
        world.run("up").expect(ExitCodes.OK);

        Run first = world.run("down", "--timeout", "2").expect(ExitCodes.PARTIAL);

        assertThat(first.out())
                .containsPattern("n1 +down, pid [0-9]+ did not answer; stopped by SIGTERM")
                .containsPattern(
                        "n2 +failed: pid [0-9]+ did not answer, and did not leave after SIGTERM; --force kills it")
                .contains("1/2 down");

        Run second = world.run("down", "--timeout", "2", "--force").expect(ExitCodes.OK);

        assertThat(second.out())
                .containsPattern("n1 +down, was already")
                .containsPattern(
                        "n2 +down, pid [0-9]+ did not answer, and did not leave after SIGTERM; killed by SIGKILL");
    }

    @Test
    void down_pidFileOfRecycledPid_leavesThatProcessAlone() throws IOException {
        List<Integer> ports = ClusterFixture.freePorts(1);
        world.localHosts(ports, world.stubJava());
        world.run("up").expect(ExitCodes.OK);
        world.run("down").expect(ExitCodes.OK);
        Process bystander = new ProcessBuilder("sleep", "600").start();
        try {
            String boot =
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
            String start = Files.readString(Path.of("/proc", String.valueOf(bystander.pid()), "stat"))
                    .replaceFirst("^.*\\) ", "")
                    .split(" ", -1)[19];
            Path pidFile = world.node(1).resolve("node.pid");
            Files.writeString(pidFile, bystander.pid() + " " + (Long.parseLong(start) - 1) + " " + boot + "\n");
            assertThat(world.run("down", "--force").expect(ExitCodes.OK).out()).contains("already down");

            Files.writeString(pidFile, bystander.pid() + " " + start + " another-boot\n");
            assertThat(world.run("down", "--force").expect(ExitCodes.OK).out()).contains("already down");
            assertThat(bystander.isAlive()).isTrue();

            // The same file with the right start: now it is taken for the node, so the check above can fail.
            Files.writeString(pidFile, bystander.pid() + " " + start + " " + boot + "\n");
            assertThat(ClusterFixture.sh("sh '" + world.node(1).resolve("node.sh") + "' alive"))
                    .isZero();
        } finally {
            bystander.destroyForcibly();
        }
    }

    @Test
    void up_badJava_isFoundBeforeTheStartAndTheFormationStays() throws IOException {
        List<Integer> ports = ClusterFixture.freePorts(1);
        world.localHosts(ports, "/no/such/java");
        Run missing = world.run("up").expect(ExitCodes.NONE);
        assertThat(missing.err())
                .contains("could not check Java: no Java at \"/no/such/java\"")
                .contains("likely cause: install Java 17 or later");
        assertThat(missing.out()).contains("formed cluster ").contains("0/1 up");

        world.localHosts(
                ports, world.script("old-java", "#!/bin/sh\necho 'openjdk version \"11.0.22\" 2024-01-16' >&2\n"));
        Run old = world.run("up").expect(ExitCodes.NONE);
        assertThat(old.err()).contains("is Java 11").contains("too old");
        assertThat(old.out()).doesNotContain("formed cluster ");

        String formed = Files.readString(root.resolve(".dfile-hosts").resolve("formed.json"));
        world.localHosts(ports, world.stubJava());
        world.run("up").expect(ExitCodes.OK);
        assertThat(Files.readString(root.resolve(".dfile-hosts").resolve("formed.json")))
                .startsWith(formed.substring(0, formed.indexOf("formatted")))
                .contains("\"formatted\" : [ \"n1\" ]");
        world.run("down").expect(ExitCodes.OK);
    }

    @Test
    void up_hostsByName_savesTheListAndRefusesToReplaceAnother() throws IOException {
        List<Integer> ports = ClusterFixture.freePorts(2);
        Path saved = root.resolve("mine.conf");
        Files.writeString(saved, "hosts = []");
        Run refused = world.dfile("up", "--save", "mine.conf", "127.0.0.1:" + ports.get(0))
                .expect(ExitCodes.REFUSED);
        assertThat(refused.err()).contains("holds another host list");

        Run exposed = world.dfile("up", "10.255.255.1").expect(ExitCodes.REFUSED);
        assertThat(exposed.err()).contains("allow-plain-tcp").contains("10.255.255.1:7400");
        assertThat(exposed.out()).contains("dfile -c " + root.resolve("home/.dfile/hosts.conf") + " status");
        assertThat(root.resolve("home/.dfile/.dfile-hosts")).doesNotExist();
    }
}
