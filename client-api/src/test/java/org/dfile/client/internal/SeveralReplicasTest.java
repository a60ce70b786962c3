package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dfile.client.internal.Stages.failure;
import static org.dfile.client.internal.Stages.get;
import static org.dfile.client.internal.Stages.random;
import static org.dfile.client.internal.Stages.utf8;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFileSystem;
import org.dfile.client.Progress;
import org.dfile.model.Bytes;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.VolumeId;
import org.dfile.model.WriteMode;
import org.dfile.protocol.FileReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three replicas of each file, on hosts that go silent, refuse, or lose things. */
@Timeout(30)
class SeveralReplicasTest {

    private static final int MIB = 1 << 20;
    private static final Duration LONG = Duration.ofSeconds(8);

    private final FakeCluster cluster = new FakeCluster(4, 3);
    private final List<HostId> replicas = cluster.replicasOf("f");
    private final Set<HostId> dead = ConcurrentHashMap.newKeySet();
    private final List<HostId> asked = Collections.synchronizedList(new ArrayList<>());
    private final List<DFileSystem> open = new ArrayList<>();

    SeveralReplicasTest() {
        cluster.rule = (to, call) -> {
            asked.add(to);
            return dead.contains(to) ? FakeCluster.LOSE_CALL : FakeCluster.DELIVER;
        };
    }

    @AfterEach
    void close() {
        open.forEach(DFileSystem::close);
    }

    private DFileSystem connect(ClientSettings.Builder settings) {
        DFileSystem files = cluster.connect(settings.build());
        open.add(files);
        return files;
    }

    private HostId replica(int place) {
        return replicas.get(place);
    }

    // -- reads

    @Test
    void healthyCluster_onlyTheFirstIsAsked() {
        DFileSystem files = connect(FakeCluster.settings().askElsewhereAfter(LONG));
        get(files.write("f", new byte[] {'x'}));
        get(files.readAll("f"));
        get(files.stat("f"));
        assertThat(asked).hasSize(3).containsOnly(replica(0));
    }

    @Test
    void slowHost_doesNotHoldUpReads_andIsAskedLastFromThenOn() {
        DFileSystem files = connect(FakeCluster.settings().askElsewhereAfter(Duration.ofMillis(40)));
        get(files.write("f", new byte[] {'x'}));
        dead.add(replica(0));
        asked.clear();

        assertThat(get(files.readAll("f"))).isEqualTo(new byte[] {'x'});
        assertThat(asked).containsExactly(replica(0), replica(1));

        asked.clear();
        get(files.stat("f"));
        assertThat(asked).containsExactly(replica(1));
    }

    @Test
    void twoSilentHosts_theThirdAnswersSoon() {
        DFileSystem files = connect(FakeCluster.settings().askElsewhereAfter(Duration.ofMillis(40)));
        get(files.write("f", new byte[] {'x'}));
        dead.addAll(List.of(replica(0), replica(1)));
        asked.clear();

        get(files.stat("f"));

        assertThat(asked).containsExactlyElementsOf(replicas);
    }

    @Test
    void hostThatIsThereAgain_isFoundByAProbe() {
        DFileSystem files = connect(FakeCluster.settings().askElsewhereAfter(Duration.ofMillis(40)));
        get(files.write("f", new byte[] {'x'}));
        dead.add(replica(0));
        get(files.stat("f"));
        dead.clear();

        Awaitility.await().untilAsserted(() -> {
            asked.clear();
            get(files.stat("f"));
            assertThat(asked).containsExactly(replica(0));
        });
    }

    @Test
    void hostThatStaysSilent_isProbedNowAndThenOnly() {
        DFileSystem files = connect(FakeCluster.settings().askElsewhereAfter(Duration.ofMillis(40)));
        get(files.write("f", new byte[] {'x'}));
        dead.add(replica(0));
        get(files.stat("f"));
        asked.clear();

        for (int i = 0; i < 500; i++) {
            get(files.stat("f"));
        }

        assertThat(asked.stream().filter(replica(0)::equals).count()).isLessThan(50);
    }

    @Test
    void hostsThatCannotServe_areLeftForOthers() {
        List<Failure> failures = List.of(
                new Failure.FileAmnesiac(replica(0), FileName.of("f"), "checksum"),
                new Failure.CorruptData(replica(0), FileName.of("f"), 0, "checksum"),
                new Failure.Amnesiac(replica(0), new VolumeId(new UUID(1, 2))),
                new Failure.StorageFailed(replica(0), "EIO"),
                new Failure.ShuttingDown(replica(0)),
                new Failure.NotCoordinator(FileName.of("f"), replica(0)),
                new Failure.NotAReplica(FileName.of("f"), replica(0)));
        DFileSystem files = connect(FakeCluster.settings().askElsewhereAfter(LONG));
        get(files.write("f", new byte[] {'x'}));
        for (Failure failure : failures) {
            asked.clear();
            cluster.rule = (to, call) -> {
                asked.add(to);
                return to.equals(replica(0))
                        ? new FakeCluster.Fate.AnswerWith(id -> new FileReply.Failed(id, failure))
                        : FakeCluster.DELIVER;
            };
            assertThat(get(files.readAll("f"))).as("%s", failure).isEqualTo(new byte[] {'x'});
            get(files.append("f", utf8("")));
            assertThat(asked).as("%s", failure).containsExactly(replica(0), replica(1), replica(0), replica(1));
        }
    }

    @Test
    void hostsThatAllCannotServe_areReported() {
        DFileSystem files = connect(FakeCluster.settings());
        get(files.write("f", new byte[] {'x'}));
        cluster.rule = (to, call) -> {
            asked.add(to);
            return new FakeCluster.Fate.AnswerWith(
                    id -> new FileReply.Failed(id, new Failure.CorruptData(to, FileName.of("f"), 0, "checksum")));
        };
        asked.clear();
        assertThat(failure(files.readAll("f"))).isInstanceOf(Failure.CorruptData.class);
        assertThat(asked).containsExactlyElementsOf(replicas);
    }

    @Test
    void damagedAnswers_areAskedForElsewhere() {
        DFileSystem files = connect(FakeCluster.settings().askElsewhereAfter(LONG));
        get(files.write("f", new byte[] {'x'}));
        cluster.rule = (to, call) -> to.equals(replica(2))
                ? FakeCluster.DELIVER
                : new FakeCluster.Fate.AnswerWith(id -> new FileReply.Contents(
                        id, new FileVersion(1, 1), 1, 0, Bytes.received(ByteBuffer.wrap(new byte[] {'y'}), 17)));
        assertThat(get(files.readAll("f"))).isEqualTo(new byte[] {'x'});
    }

    // -- changes

    @Test
    void silentHost_changesGoToTheNext_once() {
        DFileSystem files = connect(FakeCluster.impatient());
        get(files.append("f", utf8("a")));
        cluster.rule = (to, call) -> {
            asked.add(to);
            return to.equals(replica(0)) ? FakeCluster.LOSE_REPLY : FakeCluster.DELIVER;
        };
        asked.clear();
        assertThat(get(files.append("f", utf8("b"))).offset()).isEqualTo(1);
        assertThat(asked).startsWith(replica(0)).contains(replica(1));

        asked.clear();
        get(files.append("f", utf8("c")));
        assertThat(asked).contains(replica(1)); // and the first is probed at most
        assertThat(cluster.calls.stream().filter(Call.Apply.class::isInstance)).hasSize(4);
        assertThat(get(files.readAll("f"))).isEqualTo(new byte[] {'a', 'b', 'c'});
    }

    @Test
    void manyChangesUnderWay_moveTogetherAndKeepTheirOrder() {
        DFileSystem files = connect(FakeCluster.impatient());
        get(files.append("f", utf8("-")));
        dead.add(replica(0));
        StringBuilder expected = new StringBuilder("-");
        List<CompletionStage<?>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(files.append("f", utf8(i + ";")));
            expected.append(i).append(';');
        }
        all.forEach(Stages::get);
        assertThat(new String(get(files.readAll("f")), StandardCharsets.UTF_8)).isEqualTo(expected.toString());
    }

    // -- bytes sent ahead

    @Test
    void wholeFileFromMemory_lostWhenAHostDies_isSentAgain() {
        DFileSystem files = connect(FakeCluster.impatient());
        byte[] content = random(3 * MIB + 5);
        cluster.restartAtFirstPublish("f", FakeCluster.LOSE_CALL);
        get(files.write("f", ByteBuffer.wrap(content), WriteMode.CREATE_NEW));
        assertThat(get(files.readAll("f"))).isEqualTo(content);
        assertThat(cluster.nodeOf("f").history).hasSize(1);
    }

    /** Answers come on several threads: what one of them begins must not be begun by another one, too. */
    @RepeatedTest(20)
    void localFile_lostWhenAHostDies_isSentAgain(@TempDir Path directory) throws Exception {
        DFileSystem files = connect(FakeCluster.impatient());
        byte[] content = random(3 * MIB + 5);
        Path source = Files.write(directory.resolve("source"), content);
        cluster.restartAtFirstPublish("f", FakeCluster.LOSE_CALL);
        get(files.copyIn(source, "f", WriteMode.CREATE_NEW, Progress.NONE));
        assertThat(get(files.readAll("f"))).isEqualTo(content);
        assertThat(cluster.nodeOf("f").history).hasSize(1);
    }
}
