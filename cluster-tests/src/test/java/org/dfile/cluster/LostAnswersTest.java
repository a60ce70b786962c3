package org.dfile.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.dfile.client.DFile;
import org.dfile.client.DFileSystem;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client behind a network that loses what nodes answer, or cuts connections. Whatever it sends again takes effect
 * once, and the answer is that of the first time.
 */
final class LostAnswersTest {

    private static final Duration RETRY = Duration.ofMillis(200);

    @TempDir
    private Path folder;

    /** A client whose answers come through a proxy. */
    private static DFileSystem clientBehind(JvmCluster cluster, int canonicalPort, int bindPort) {
        return cluster.connect(settings -> settings.bind("127.0.0.1", bindPort)
                .canonical("127.0.0.1", canonicalPort)
                .retryInterval(RETRY, RETRY));
    }

    @Test
    void changes_whoseAnswersWereLost_haveOneEffectAndTheFirstAnswer() throws IOException {
        List<Integer> ports = FreePorts.take(2);
        try (JvmCluster cluster = JvmCluster.start(folder, 3);
                TcpProxy replies = TcpProxy.between(ports.get(0), ports.get(1))) {
            DFileSystem witness = cluster.client();
            DFileSystem files = clientBehind(cluster, ports.get(0), ports.get(1));
            Stages.get(files.write("appended", "head,".getBytes(UTF_8)));
            Stages.get(files.write("deleted", new byte[3]));
            DFile open = Stages.get(files.open("appended", "a"));

            replies.swallow();
            CompletableFuture<Receipt> append = future(files.append("appended", "one,".getBytes(UTF_8)));
            CompletableFuture<Receipt> large = future(files.append("large", new byte[1 << 20]));
            CompletableFuture<Receipt> created =
                    future(files.write("created", ByteBuffer.wrap(new byte[5]), WriteMode.CREATE_NEW));
            CompletableFuture<DFile> opened = future(files.open("opened", "x"));
            CompletableFuture<Receipt> deleted = future(files.delete("deleted"));
            await().until(() -> Stages.get(witness.stat("appended")).length() > 5);
            CompletableFuture<Receipt> through = future(open.append(UTF_8.encode("two,")));
            await().until(() -> Stages.get(witness.readAll("appended")).length == 13
                    && Stages.get(witness.exists("large"))
                    && Stages.get(witness.exists("created"))
                    && Stages.get(witness.exists("opened"))
                    && !Stages.get(witness.exists("deleted")));
            // The first attempt and one more at least: the answers to both are lost.
            long lost = replies.swallowedBytes();
            await().until(() -> replies.swallowedBytes() > lost);
            assertThat(List.of(append, large, created, opened, deleted, through))
                    .noneMatch(CompletableFuture::isDone);
            replies.heal();

            assertThat(Stages.get(append).offset()).isEqualTo(5);
            assertThat(Stages.get(through).offset()).isEqualTo(9);
            assertThat(Stages.get(large).length()).isEqualTo(1 << 20);
            assertThat(Stages.get(created).version().generation()).isEqualTo(1);
            assertThat(Stages.get(opened).generation()).isEqualTo(1);
            Stages.get(deleted);
            assertThat(Stages.get(witness.readAll("appended"))).asString().isEqualTo("head,one,two,");
            assertThat(Stages.get(witness.stat("large")).length()).isEqualTo(1 << 20);
        }
    }

    private static <T> CompletableFuture<T> future(CompletionStage<T> stage) {
        return stage.toCompletableFuture();
    }

    /** Cuts a random connection, of the requests or of the replies, again and again while many append. */
    @Test
    void appends_throughANetworkThatIsCutAgainAndAgain_haveOneEffectEach() throws IOException {
        SplittableRandom random = new SplittableRandom(Seeds.seed("random cuts"));
        List<Integer> ports = FreePorts.take(2);
        try (JvmCluster cluster = JvmCluster.startBehindProxies(folder, 3);
                TcpProxy replies = TcpProxy.between(ports.get(0), ports.get(1))) {
            List<TcpProxy> network = new ArrayList<>(cluster.proxies());
            network.add(replies);
            DFileSystem files = clientBehind(cluster, ports.get(0), ports.get(1));
            AppendLoad load = new AppendLoad(files, "load", 6, 8);
            AtomicInteger target = new AtomicInteger();
            for (int cuts = 0; cuts < 8; cuts++) {
                target.addAndGet(20 + random.nextInt(100));
                await().atMost(Stages.PATIENCE).until(() -> load.acknowledged() >= target.get());
                network.get(random.nextInt(network.size())).cut();
            }
            load.finish();
            load.verify(cluster.client());
        }
    }
}
