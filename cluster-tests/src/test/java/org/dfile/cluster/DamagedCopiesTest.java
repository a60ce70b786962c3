package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.awaitility.core.ConditionFactory;
import org.dfile.client.DFileSystem;
import org.dfile.model.FileName;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.ScrubReport;
import org.dfile.store.LocalStore;
import org.dfile.store.StoreException;
import org.dfile.store.StoreSettings;
import org.dfile.store.VolumeIdentity;
import org.dfile.store.Volumes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of three copies rots; a scrub meets that, and the other two give back what it was. */
final class DamagedCopiesTest {

    private static final int BLOCK = 64 << 10;

    /** Bytes by which a place is found again. */
    private static final int MARK = 32;

    private static final FileName NAME = FileName.of("first");
    private static final HostId ROTTEN = new HostId("n2");
    private static final HostId WHOLE = new HostId("n3");

    private JvmCluster cluster;
    private byte[] content;

    @BeforeEach
    void start(@TempDir Path folder) {
        cluster = JvmCluster.startReplicated(folder, 3, "dfile.server.damage.look-interval = 300 ms");
        DFileSystem files = cluster.connect();
        content = Seeds.bytes(new SplittableRandom(Seeds.seed("damaged copies")), 4 * BLOCK);
        Stages.get(files.write(NAME.toString(), content));
        patiently("every host has its copy").until(() -> isThere(ROTTEN) && isThere(WHOLE));
        files.close();
    }

    private static ConditionFactory patiently(String what) {
        return await(what).atMost(Duration.ofMinutes(1));
    }

    /** With bytes that are merely pending a node that comes back would take the state, and its bytes, from another. */
    private boolean isThere(HostId host) throws IOException {
        Path file = dataFile(host);
        return Files.exists(file)
                && Files.size(file) >= content.length
                && status(host).files() == 1;
    }

    private Path dataFile(HostId host) {
        return cluster.data(host).resolve("data/000001.data");
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void damagedBytes_runningNode_areWholeAgainAfterAScrub() throws Exception {
        rot(BLOCK + 5);
        rot(3 * BLOCK + 5);
        scrub(2);
        checkWhole();
    }

    @Test
    void damagedBytes_whileTheNodeWasDown_areWholeAgainAfterAScrub() throws Exception {
        cluster.stop(ROTTEN);
        rot(5);
        cluster.start(ROTTEN);
        scrub(1);
        checkWhole();
    }

    @Test
    void damagedRecord_isTakenFromTheOthersAfterAScrub() throws Exception {
        cluster.stop(ROTTEN);
        Rot.damageRecord(cluster.data(ROTTEN), NAME.toString());
        cluster.start(ROTTEN);
        scrub(1);
        checkWhole();
    }

    /** The bytes may have come twice, ahead of their batch and with it; one of the two is garbage. */
    private void rot(int offset) throws IOException {
        byte[] disk = Files.readAllBytes(dataFile(ROTTEN));
        int found = 0;
        for (int at = offset; at + MARK <= disk.length; at++) {
            if (Arrays.equals(disk, at, at + MARK, content, offset, offset + MARK)) {
                Rot.flip(dataFile(ROTTEN), at);
                found++;
            }
        }
        assertThat(found).as("copies of the bytes").isPositive();
    }

    /** Has the host look at everything, and waits until nothing that it found is left. */
    private void scrub(long places) {
        assertThat(ask(ROTTEN, replyTo -> new AdminRequest.StartScrub(NodeHome.TOKEN, replyTo)))
                .isInstanceOf(AdminReply.ScrubStarted.class);
        patiently("the damage is found, and repaired").untilAsserted(() -> {
            ScrubReport report = status(ROTTEN).scrub();
            assertThat(report.state()).isEqualTo(ScrubReport.State.IDLE);
            assertThat(report.lastDamaged()).isEqualTo(places);
            assertThat(report.damaged()).isZero();
        });
    }

    private AdminReply.NodeStatus status(HostId host) {
        return (AdminReply.NodeStatus) ask(host, AdminRequest.GetStatus::from);
    }

    private AdminReply ask(HostId id, Function<ActorRef<AdminReply>, NodeRequest> request) {
        Host host = cluster.list().host(id).orElseThrow();
        try (RawClient raw = RawClient.start()) {
            return raw.askAdmin(host, request);
        }
    }

    /** The nodes have ended; what lies on the disk is what it was, and what the others have. */
    private void checkWhole() throws Exception {
        cluster.stop(ROTTEN);
        cluster.stop(WHOLE);
        try (LocalStore rotten = open(ROTTEN);
                LocalStore whole = open(WHOLE)) {
            byte[] bytes = new byte[content.length];
            rotten.read(NAME, 0, content.length).bytes().buffer().get(bytes);
            assertThat(bytes).isEqualTo(content);
            assertThat(committed(rotten)).isEqualTo(committed(whole));
            assertThat(rotten.list("", "", 1).incomplete()).isEmpty();
            assertThat(rotten.scrubStatus().damage()).isEmpty();
        }
    }

    private LocalStore open(HostId id) throws StoreException {
        Host host = cluster.list().host(id).orElseThrow();
        VolumeIdentity identity = new VolumeIdentity(cluster.list().cluster(), id, host.volume());
        return Volumes.open(cluster.data(id), identity, StoreSettings.defaults(), poisoned -> {
            throw new AssertionError("the volume of " + id, poisoned);
        });
    }

    private static StateId committed(LocalStore store) {
        return Stages.get(store.standing(NAME)).committed().id();
    }
}
