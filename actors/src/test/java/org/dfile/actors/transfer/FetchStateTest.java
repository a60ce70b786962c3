package org.dfile.actors.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.awaitility.Awaitility;
import org.dfile.actors.memory.MemoryLimit;
import org.dfile.model.Batch;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.store.InstallResult;
import org.junit.jupiter.api.Test;

/** Fetching a state. */
class FetchStateTest extends TransferTestCase {

    @Test
    void largeFile_arrivesWithSessionsAndBallot() throws Exception {
        byte[] content = content(12 * MIB + 12_345);
        StateId id = commit(content);

        fetch(Wanted.state(there.id, Replica.NAME, id));

        Fetched.State state = result(Fetched.State.class);
        assertThat(state.committed()).isEqualTo(there.committed());
        assertThat(here.content()).isEmpty(); // nothing counts before it is installed
        assertThat(Replica.await(state.incoming().install(false))).isInstanceOf(InstallResult.Installed.class);
        assertThat(here.content()).contains(content);
        assertThat(here.committed()).isEqualTo(there.committed());
        assertThat(here.store.state(Replica.NAME).orElseThrow().sessions()).isEqualTo(SESSIONS);
    }

    /** Many fetches at a time must not take more than there is for all of them. */
    @Test
    void littleMemoryLeft_noMoreIsUnderWay_andAllIsGivenBack() throws Exception {
        byte[] content = content(6 * MIB + 1);
        StateId id = commit(content);
        int left = MIB;
        MemoryLimit.Account others = memory.open();
        assertThat(others.tryAcquire((int) memory.limit() - left)).isTrue();
        MemoryLimit.Account probe = memory.open();
        before = message -> {
            if (message instanceof FilePeerMessage.ReadTransfer read && read.byteCount() == MIB) {
                assertThat(probe.tryAcquire(1)).isFalse();
            }
        };

        fetch(Wanted.state(there.id, Replica.NAME, id));

        Replica.await(result(Fetched.State.class).incoming().install(false));
        assertThat(here.content()).contains(content);
        Awaitility.await().until(() -> probe.tryAcquire(left));
    }

    @Test
    void laterStateThanWanted_isTaken() throws Exception {
        StateId first = commit(content(10));
        StateId second = there.commit(Replica.batch(1, 2, List.of(new Operation.Truncate(3)), List.of()));

        fetch(Wanted.state(there.id, Replica.NAME, first));

        assertThat(result(Fetched.State.class).committed().id()).isEqualTo(second);
    }

    @Test
    void tombstone_arrives() throws Exception {
        commit(content(10));
        StateId gone = there.commit(Replica.batch(1, 2, List.of(new Operation.Delete()), List.of()));

        fetch(Wanted.state(there.id, Replica.NAME, gone));

        Fetched.State state = result(Fetched.State.class);
        assertThat(state.committed().tombstone()).isTrue();
        Replica.await(state.incoming().install(false));
        assertThat(here.committed()).isEqualTo(there.committed());
    }

    @Test
    void stateThatTheSourceWillHaveSoon_arrives() throws Exception {
        Batch batch = Replica.batch(1, 1, List.of(new Operation.Create()), List.of());
        AtomicInteger opens = new AtomicInteger();
        before = message -> {
            if (message instanceof FilePeerMessage.OpenTransfer && opens.incrementAndGet() == 3) {
                try {
                    there.commit(batch);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        };

        fetch(Wanted.state(there.id, Replica.NAME, Replica.id(batch)));

        result(Fetched.State.class);
    }

    @Test
    void stateThatIsNotThere_fails() throws Exception {
        StateId id = commit(content(10));
        StateId later = new StateId(new FileVersion(1, 9), id.hash());

        fetch(Wanted.state(there.id, Replica.NAME, later));

        assertThat(result(Fetched.Failed.class).why()).contains("not here");
    }

    /** A peer's replacement disk would otherwise pass on what it lost (I9). */
    @Test
    void sourceThatHasNoVote_givesNothing() throws Exception {
        source.close();
        there.close();
        there = Replica.replacement(directory.resolve("replacement"), "n1");
        source = source(settings(""));
        StateId id = commit(content(10));

        fetch(Wanted.state(there.id, Replica.NAME, id));

        result(Fetched.Failed.class);
    }

    @Test
    void halfOfAllMessagesLost_arrives() throws Exception {
        byte[] content = content(6 * MIB + 1);
        StateId id = commit(content);
        long seed = Long.getLong("dfile.seed", System.nanoTime());
        System.out.println("-Ddfile.seed=" + seed);
        Random random = new Random(seed);
        Map<FilePeerMessage, Integer> tried = new ConcurrentHashMap<>();
        lost = message -> tried.merge(message, 1, Integer::sum) < 4 && random.nextBoolean();

        fetch(Wanted.state(there.id, Replica.NAME, id));

        Replica.await(result(Fetched.State.class).incoming().install(false));
        assertThat(here.content()).contains(content);
    }

    @Test
    void sourceThatVanishes_failsAndLeavesNothing() throws Exception {
        StateId id = commit(content(20 * MIB));
        AtomicInteger reads = new AtomicInteger();
        lost = message -> message instanceof FilePeerMessage.ReadTransfer && reads.incrementAndGet() > 12;

        fetch(Wanted.state(there.id, Replica.NAME, id));

        assertThat(result(Fetched.Failed.class).why()).contains("no answer from host n1");
        assertThat(held.taken()).isPositive();
        Awaitility.await().until(() -> held.count() == 0);
    }

    @Test
    void sourceThatNeverAnswers_fails() throws Exception {
        StateId id = commit(content(10));
        lost = message -> true;

        fetch(Wanted.state(there.id, Replica.NAME, id));

        result(Fetched.Failed.class);
        assertThat(sent.stream().filter(FilePeerMessage.OpenTransfer.class::isInstance))
                .hasSize(settings("").attempts());
    }

    @Test
    void sourceThatCloses_fails() throws Exception {
        StateId id = commit(content(20 * MIB));
        AtomicInteger reads = new AtomicInteger();
        before = message -> {
            if (message instanceof FilePeerMessage.ReadTransfer && reads.incrementAndGet() == 5) {
                source.close();
            }
        };

        fetch(Wanted.state(there.id, Replica.NAME, id));

        assertThat(result(Fetched.Failed.class).why()).contains("does not hold it");
    }

    @Test
    void parentThatStops_leavesNothing() throws Exception {
        StateId id = commit(content(20 * MIB));
        AtomicInteger reads = new AtomicInteger();
        lost = message -> message instanceof FilePeerMessage.ReadTransfer && reads.incrementAndGet() > 12;

        ActorRef<Void> ended = fetch(Wanted.state(there.id, Replica.NAME, id));
        Awaitility.await().until(() -> held.taken() > 0 && readsSent().size() > 12);
        kit.stop(ended);

        assertThat(held.taken()).isPositive();
        Awaitility.await().until(() -> held.count() == 0);
        parent.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void hugeHole_takesNoRoom() throws Exception {
        byte[] content = content(MIB);
        there.commit(Replica.batch(
                1,
                1,
                List.of(
                        new Operation.Create(),
                        new Operation.WriteStaged(0, there.stage(content, MIB)),
                        new Operation.WriteStaged(299L * MIB, there.stage(content, MIB))),
                List.of()));
        long usedBefore = here.store.usage().liveBytes();

        fetch(Wanted.state(there.id, Replica.NAME, there.committed().id()));

        Replica.await(result(Fetched.State.class).incoming().install(false));
        assertThat(here.store.state(Replica.NAME).orElseThrow().length()).isEqualTo(300L * MIB);
        assertThat(Replica.array(here.store.read(Replica.NAME, 299L * MIB, MIB).bytes()))
                .isEqualTo(content);
        assertThat(Replica.array(here.store.read(Replica.NAME, 150L * MIB, 10).bytes()))
                .isEqualTo(new byte[10]);
        assertThat(here.store.usage().liveBytes() - usedBefore).isLessThan(4L * MIB);
    }

    @Test
    void pacedFetch_asksForNoMoreThanItsTurn() throws Exception {
        StateId id = commit(content(5 * MIB));
        AtomicInteger asked = new AtomicInteger();
        Pace pace =
                byteCount -> asked.incrementAndGet() > 2 ? Duration.ofHours(1).toNanos() : 0;

        fetch(Wanted.state(there.id, Replica.NAME, id), pace);

        Awaitility.await().until(() -> readsSent().size() == 3); // the head, and two ranges
        parent.expectNoMessage(Duration.ofMillis(300)); // nor is what waits for its turn taken for lost
        assertThat(readsSent()).hasSize(3);
    }
}
