package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dfile.client.internal.Stages.failure;
import static org.dfile.client.internal.Stages.get;
import static org.dfile.client.internal.Stages.random;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.dfile.client.DFile;
import org.dfile.model.Failure;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client holds at once is bounded, and let go. */
@Timeout(30)
class ClientLimitsTest extends ClientFixture {

    @Test
    void bytesBeyondTheLimit_areRefusedAtOnce() {
        connect(FakeCluster.settings().maxBytesInFlight(3 * MIB).build());
        CountDownLatch hold = new CountDownLatch(1);
        cluster.onNetwork(() -> Stages.await(hold));
        List<CompletionStage<Receipt>> writes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            writes.add(files.write("f" + i, new byte[MIB]));
        }
        assertThat(failure(files.write("g", new byte[1]))).isInstanceOf(Failure.ClientBusy.class);
        assertThat(sent(Call.Apply.class)).isEqualTo(3);
        hold.countDown();
        writes.forEach(Stages::get);
        get(files.write("g", new byte[MIB]));
    }

    @Test
    void callsBeyondTheLimit_areRefusedAtOnce() {
        connect(FakeCluster.settings().maxCalls(2).build());
        CountDownLatch hold = new CountDownLatch(1);
        cluster.onNetwork(() -> Stages.await(hold));
        CompletionStage<Boolean> one = files.exists("a");
        CompletionStage<Boolean> two = files.exists("b");
        assertThat(failure(files.exists("c"))).isInstanceOf(Failure.ClientBusy.class);
        hold.countDown();
        get(one);
        get(two);
        assertThat(get(files.exists("c"))).isFalse();
    }

    /** Slow answers, files much larger than the limit: never more under way than the limit, and all of it arrives. */
    @Test
    void longOperations_paceThemselvesUnderTheLimit() {
        connect(FakeCluster.settings()
                .maxBytesInFlight(3 * MIB)
                .chunksInFlight(8)
                .build());
        Budget budget = ((FileSystemClient) files).budget();
        cluster.rule = (to, call) -> new FakeCluster.Fate.DelayReply(1);
        byte[] big = random(30 * MIB + 1);
        CompletionStage<Receipt> one = files.write("one", big);
        CompletionStage<Receipt> two = files.write("two", big);
        DFile file = get(files.open("three", "w"));
        CompletionStage<Receipt> three = file.write(ByteBuffer.wrap(big));
        get(one);
        get(two);
        assertThat(get(three).byteCount()).isEqualTo(big.length);
        get(files.write("copy", files.publisher("one"), WriteMode.REPLACE));
        assertThat(cluster.nodeOf("copy").content("copy")).isEqualTo(big);
        assertThat(cluster.nodeOf("three").content("three")).isEqualTo(big);
        assertThat(cluster.mostBytes.get()).isBetween((long) MIB, 3L * MIB);
        assertThat(budget.bytesInFlight()).isZero();
    }

    @Test
    void everythingEnded_nothingIsHeld() {
        Budget budget = ((FileSystemClient) files).budget();
        get(files.write("f", new byte[3 * MIB]));
        get(files.readAll("f"));
        failure(files.readAll("none"));
        failure(files.delete("none"));
        assertThat(budget.bytesInFlight()).isZero();
        assertThat(budget.callsInFlight()).isZero();
    }

    @Test
    void idleSessions_areDropped_andDrawnAnew() {
        connect(FakeCluster.settings().maxSessions(3).build());
        for (int i = 0; i < 20; i++) {
            get(files.write("f" + i, new byte[1]));
        }
        assertThat(((FileSystemClient) files).sessionCount()).isEqualTo(3);
        get(files.append("f0", new byte[1]));
        assertThat(get(files.stat("f0")).length()).isEqualTo(2);
    }
}
