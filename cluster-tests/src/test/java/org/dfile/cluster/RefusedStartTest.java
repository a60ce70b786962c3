package org.dfile.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.dfile.model.ClusterId;
import org.dfile.model.Failure;
import org.dfile.model.Host;
import org.dfile.model.HostList;
import org.dfile.node.ExitCode;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.NodeState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data directory or an address that a node must not take: it says why, ends with its exit code, touches nothing. */
final class RefusedStartTest {

    @TempDir
    private static Path folder;

    private static ForkedCluster cluster;

    /** What a test started beside the cluster. */
    private final List<ForkedNode> others = new ArrayList<>();

    @BeforeAll
    static void start() {
        cluster = ForkedCluster.start(folder, 1);
        Stages.get(cluster.connect().write("kept", "kept".getBytes(UTF_8)));
    }

    @AfterEach
    void stopOthers() {
        others.forEach(ForkedNode::kill);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private ForkedNode start(NodeHome home, boolean format) {
        ForkedNode node = ForkedNode.start(home.write(format).folder(), List.of());
        others.add(node);
        return node;
    }

    private void assertRefused(NodeHome home, boolean format, ExitCode exitCode, String... words) {
        ForkedNode node = start(home, format);
        assertThat(node.awaitExit()).as(node.log()).isEqualTo(exitCode.number());
        assertThat(node.log()).contains(words);
    }

    /** A home of its own for each node that is started beside the cluster. */
    private Path another() {
        return folder.resolve("another-" + UUID.randomUUID());
    }

    private void assertStillWell() {
        assertThat(Stages.get(cluster.connect().readAll("kept"))).asString().isEqualTo("kept");
    }

    private NodeHome anotherHome(HostList list) {
        Host host = list.hosts().get(list.hosts().size() - 1);
        return NodeHome.of(another(), list, host)
                .withBindPort(FreePorts.one())
                .withData(cluster.home(0).data());
    }

    @Test
    void dataInUse_isRefused() {
        NodeHome same = anotherHome(cluster.list());
        assertRefused(same, false, ExitCode.VOLUME_REFUSED, same.data().toString());
        assertRefused(same, true, ExitCode.VOLUME_REFUSED, same.data().toString());
        assertStillWell();
    }

    @Test
    void dataOfAnotherHost_isRefused() {
        cluster.node(0).terminate();
        HostList wider = FormedLists.ofSize(2);
        HostList list = new HostList(
                cluster.list().cluster(),
                1,
                1,
                List.of(cluster.list().hosts().get(0), wider.hosts().get(1)));
        NodeHome other = anotherHome(list);
        assertRefused(other, false, ExitCode.VOLUME_REFUSED, other.data().toString(), "n1", "n2");
        assertRefused(other, true, ExitCode.VOLUME_REFUSED, other.data().toString(), "n1", "n2");
        cluster.restart(0);
        assertStillWell();
    }

    @Test
    void dataOfAnotherCluster_isRefused() {
        cluster.node(0).terminate();
        HostList foreign = new HostList(
                new ClusterId(UUID.randomUUID()), 1, 1, cluster.list().hosts());
        NodeHome other = anotherHome(foreign);
        assertRefused(
                other,
                true,
                ExitCode.VOLUME_REFUSED,
                other.data().toString(),
                foreign.cluster().toString());
        cluster.restart(0);
        assertStillWell();
    }

    @Test
    void portInUse_isRefused() {
        NodeHome other =
                NodeHome.of(another(), cluster.list(), cluster.list().hosts().get(0));
        assertRefused(other, true, ExitCode.ADDRESS_REFUSED, Integer.toString(other.bindPort()));
        assertStillWell();
    }

    @Test
    void settingsThatCannotBeMeant_areRefused() {
        NodeHome other = anotherHome(cluster.list());
        assertRefused(
                other.withSettings("dfile.node.no-such-key = 1"),
                false,
                ExitCode.SETTINGS_REFUSED,
                "dfile.node.no-such-key");
    }

    /** The disk was lost or is not mounted: the node says so, and says nothing about files. */
    @Test
    void anEmptyDirectory_inPlaceOfAListedVolume_isAmnesiac() {
        cluster.node(0).terminate();
        Host host = cluster.list().hosts().get(0);
        NodeHome empty = NodeHome.of(another(), cluster.list(), host);
        ForkedNode node = start(empty, false).awaitReady();
        try (RawClient raw = RawClient.start()) {
            assertThat(raw.askAdmin(host, AdminRequest.GetStatus::from))
                    .isInstanceOfSatisfying(
                            AdminReply.NodeStatus.class,
                            status -> assertThat(status.state()).isEqualTo(NodeState.AMNESIAC));
        }
        Stages.failure(cluster.connect().readAll("kept"), Failure.Amnesiac.class);
        Stages.failure(cluster.connect().write("new", new byte[1]), Failure.Amnesiac.class);
        Stages.failure(cluster.connect().list(""), Failure.ListingIncomplete.class);
        assertThat(node.terminate()).isEqualTo(ExitCode.STOPPED.number());
        cluster.restart(0);
        assertStillWell();
    }
}
