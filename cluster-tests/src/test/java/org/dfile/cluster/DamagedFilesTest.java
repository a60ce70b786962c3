package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.client.DFile;
import org.dfile.client.DFileSystem;
import org.dfile.model.Failure;
import org.dfile.model.Host;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.NodeState;
import org.dfile.protocol.ScrubReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.NativeLibraryLoader;

/** What clients of a node process hear of bytes and records that rotted on its disk; and that everything else goes on. */
final class DamagedFilesTest {

    private static final int BLOCK = 64 << 10;

    private ForkedCluster cluster;
    private DFileSystem files;
    private byte[] content;

    @BeforeEach
    void start(@TempDir Path folder) {
        cluster = ForkedCluster.start(folder, 1);
        files = cluster.connect();
        content = Seeds.bytes(new SplittableRandom(Seeds.seed("damaged files")), 4 * BLOCK);
        Stages.get(files.write("first", content));
        Stages.get(files.write("second", content));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void damagedBytes_areNamedAndRefused_andTheRestIsServed() throws IOException {
        Rot.flip(cluster.home(0).data().resolve("data/000001.data"), BLOCK + 5);

        Failure.CorruptData failure = Stages.failure(files.readAll("first"), Failure.CorruptData.class);
        assertThat(failure.name()).hasToString("first");
        assertThat(failure.offset()).isEqualTo(BLOCK);
        assertThat(failure.message()).contains("first", "host n1", Integer.toString(BLOCK));
        DFile file = Stages.get(files.open("first", "r"));
        assertThat(bytes(Stages.get(file.readAt(0, BLOCK)))).isEqualTo(Arrays.copyOf(content, BLOCK));
        assertThat(bytes(Stages.get(file.readAt(2 * BLOCK, BLOCK))))
                .isEqualTo(Arrays.copyOfRange(content, 2 * BLOCK, 3 * BLOCK));
        Stages.failure(file.readAt(BLOCK + 1_000, 1), Failure.CorruptData.class);
        assertThat(Stages.get(files.readAll("second"))).isEqualTo(content);
        Stages.get(files.write("third", content));

        await().until(() -> status().scrub().damaged() == 1); // also without a scrub
        assertThat(status().scrub().damage()).singleElement().satisfies(damage -> {
            assertThat(damage.name()).isEqualTo("first");
            assertThat(Path.of(damage.copy())).isRegularFile().hasSize(BLOCK);
        });
        assertThat(status().state()).isEqualTo(NodeState.READY);

        Stages.get(files.write("first", content)); // written anew, it is well again
        assertThat(Stages.get(files.readAll("first"))).isEqualTo(content);
        assertThat(scrub().damaged()).isZero();
    }

    @Test
    void damagedRecord_isNotTakenForNoSuchFile_andOtherFilesGoOn(@TempDir Path library) throws Exception {
        assertThat(cluster.node(0).terminate()).isZero();
        NativeLibraryLoader.getInstance().loadLibrary(library.toString());
        Rot.damageRecord(cluster.home(0).data(), "first");
        cluster.restart(0);
        files = cluster.connect();

        Failure.FileAmnesiac failure = Stages.failure(files.readAll("first"), Failure.FileAmnesiac.class);
        assertThat(failure.name()).hasToString("first");
        assertThat(failure.message()).contains("host n1", "first", "backup");
        Stages.failure(files.stat("first"), Failure.FileAmnesiac.class);
        Stages.failure(files.exists("first"), Failure.FileAmnesiac.class);
        Stages.failure(files.write("first", content), Failure.FileAmnesiac.class);
        Stages.failure(files.delete("first"), Failure.FileAmnesiac.class);
        Stages.failure(files.list(""), Failure.ListingIncomplete.class);
        Stages.failure(files.stat("never written"), Failure.NoSuchFile.class);
        assertThat(Stages.get(files.readAll("second"))).isEqualTo(content);
        Stages.get(files.write("third", content));
        assertThat(Stages.get(files.list("s")).files()).hasSize(1);

        ScrubReport scrub = scrub();
        assertThat(scrub.damaged()).isEqualTo(1);
        assertThat(scrub.damage()).singleElement().satisfies(damage -> {
            assertThat(damage.kind()).isEqualTo("record");
            assertThat(damage.name()).isEqualTo("first");
        });
        assertThat(status().state()).isEqualTo(NodeState.READY);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private ScrubReport scrub() {
        assertThat(ask(replyTo -> new AdminRequest.StartScrub(NodeHome.TOKEN, replyTo)))
                .isInstanceOf(AdminReply.ScrubStarted.class);
        await().until(() -> status().scrub().state() == ScrubReport.State.IDLE);
        return status().scrub();
    }

    private AdminReply.NodeStatus status() {
        return (AdminReply.NodeStatus) ask(AdminRequest.GetStatus::from);
    }

    private AdminReply ask(java.util.function.Function<ActorRef<AdminReply>, org.dfile.protocol.NodeRequest> request) {
        Host host = cluster.list().hosts().get(0);
        try (RawClient raw = RawClient.start()) {
            return raw.askAdmin(host, request);
        }
    }
}
