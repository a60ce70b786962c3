package org.dfile.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.model.Slot;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.StateId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Promises and floors of slots, and which of them are complete. Each answer is looked at again after a reopen. */
class PromiseTest extends ReplicaTestCase {

    private static SlotState promised(Slot slot, Ballot ballot) {
        return new SlotState(slot, Optional.of(ballot), Optional.of(ballot), 0, true);
    }

    @Test
    void promise_higher_holdsAfterReopen() throws Exception {
        Slot other = new Slot((SLOT.number() + 1) % Slot.COUNT);
        assertThat(TestVolume.await(volume.store.promise(List.of(SLOT, other), ballot(3))))
                .containsExactly(promised(SLOT, ballot(3)), promised(other, ballot(3)));
        volume.reopen();
        assertThat(volume.store.slot(SLOT).promised()).contains(ballot(3));
        assertThat(volume.store.slot(other).promised()).contains(ballot(3));
    }

    @Test
    void promise_lower_higherOneStays() throws Exception {
        TestVolume.await(volume.store.promise(List.of(SLOT), ballot(3)));
        assertThat(TestVolume.await(volume.store.promise(List.of(SLOT), ballot(2))))
                .containsExactly(promised(SLOT, ballot(3)));
    }

    @Test
    void accept_belowThePromise_outvotedAndNothingPending() throws Exception {
        TestVolume.await(volume.store.promise(List.of(SLOT), ballot(3)));
        assertThat(accept(ballot(2), StateId.NONE, new Operation.Create()))
                .isEqualTo(new AcceptResult.Outvoted(ballot(3)));
        assertThat(volume.store.pending(NAME)).isEmpty();
        assertThat(accept(ballot(3), StateId.NONE, new Operation.Create()))
                .isInstanceOf(AcceptResult.Accepted.class); // nothing of the first try is in the way
    }

    @Test
    void accept_aboveThePromise_raisesIt() throws Exception {
        accept(ballot(5), StateId.NONE, new Operation.Create());
        volume.reopen();
        assertThat(volume.store.slot(SLOT).promised()).contains(ballot(5));
        assertThat(accept(ballot(4), StateId.NONE, new Operation.Create())).isInstanceOf(AcceptResult.Outvoted.class);
    }

    @Test
    void slot_promiseOnItsWayToTheDisk_orderedButNotPromised() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        holdCommitter(volume, goOn);
        CompletionStage<List<SlotState>> promise = volume.store.promise(List.of(SLOT), ballot(3));
        assertThat(volume.store.slot(SLOT))
                .isEqualTo(new SlotState(SLOT, Optional.of(ballot(3)), Optional.empty(), 0, true));
        assertThat(promise.toCompletableFuture()).isNotDone();
        goOn.countDown();
        assertThat(TestVolume.await(promise)).containsExactly(promised(SLOT, ballot(3)));
        assertThat(volume.store.slot(SLOT)).isEqualTo(promised(SLOT, ballot(3)));
    }

    /** Stages complete on the committer's thread, unless they have done so before they are looked at. */
    private static void holdCommitter(TestVolume volume, CountDownLatch goOn) {
        Slot other = new Slot((SLOT.number() + 1) % Slot.COUNT);
        Thread self = Thread.currentThread();
        AtomicBoolean tooLate = new AtomicBoolean(true);
        for (int round = 1; tooLate.get(); round++) {
            tooLate.set(false);
            volume.store.promise(List.of(other), ballot(round)).thenAccept(states -> {
                if (Thread.currentThread() == self) {
                    tooLate.set(true);
                } else {
                    awaitQuietly(goOn);
                }
            });
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void complete_lowerFloor_itStays() throws Exception {
        assertThat(TestVolume.await(volume.store.complete(SLOT, ballot(1), 7)).floor())
                .isEqualTo(7);
        assertThat(TestVolume.await(volume.store.complete(SLOT, ballot(2), 5)).floor())
                .isEqualTo(7);
        volume.reopen();
        assertThat(volume.store.slot(SLOT).floor()).isEqualTo(7);
    }

    @Nested
    class Replacement {

        private TestVolume replacement;

        @BeforeEach
        void format() throws Exception {
            Path folder = directory.resolve("replacement");
            Volumes.formatReplacement(folder, TestVolume.IDENTITY, TestVolume.smallSettings());
            replacement = new TestVolume(folder); // formatting it again changes nothing
        }

        @AfterEach
        void close() throws Exception {
            replacement.close();
        }

        @Test
        void open_replacementOfALostVolume_noSlotIsComplete() throws Exception {
            assertThat(replacement.incompleteSlots()).hasSize(Slot.COUNT);
            assertThat(replacement.store.slot(SLOT).complete()).isFalse();
            assertThat(volume.incompleteSlots()).isEmpty();
        }

        @Test
        void complete_oneSlot_votesWithPromiseAndFloorAfterReopen() throws Exception {
            SlotState complete = new SlotState(SLOT, Optional.of(ballot(6)), Optional.of(ballot(6)), 4, true);
            assertThat(TestVolume.await(replacement.store.complete(SLOT, ballot(6), 4)))
                    .isEqualTo(complete);
            replacement.reopen();
            assertThat(replacement.store.slot(SLOT)).isEqualTo(complete);
            assertThat(replacement.incompleteSlots()).hasSize(Slot.COUNT - 1).doesNotContain(SLOT);
        }

        @Test
        void complete_promiseAndFloorHigherAlready_theyStay() throws Exception {
            TestVolume.await(replacement.store.complete(SLOT, ballot(9), 5));
            assertThat(TestVolume.await(replacement.store.complete(SLOT, ballot(6), 4)))
                    .isEqualTo(new SlotState(SLOT, Optional.of(ballot(9)), Optional.of(ballot(9)), 5, true));
        }

        @Test
        void lose_completeSlot_votesNoLongerFromTheCallOn_alsoAfterReopen() throws Exception {
            TestVolume.await(replacement.store.complete(SLOT, ballot(6), 4));
            CompletionStage<SlotState> lost = replacement.store.lose(SLOT);
            assertThat(replacement.store.slot(SLOT).complete()).isFalse();
            TestVolume.await(replacement.store.promise(List.of(SLOT), ballot(7)));
            SlotState now = new SlotState(SLOT, Optional.of(ballot(7)), Optional.of(ballot(7)), 4, false);
            assertThat(TestVolume.await(lost).complete()).isFalse();
            assertThat(replacement.store.slot(SLOT)).isEqualTo(now);
            replacement.reopen();
            assertThat(replacement.store.slot(SLOT)).isEqualTo(now);
            TestVolume.await(replacement.store.complete(SLOT, ballot(8), 0));
            assertThat(replacement.store.slot(SLOT).complete()).isTrue();
        }

        /** A promise that was put in order before the loss must not give the vote back. */
        @Test
        void lose_promiseOnItsWayToTheDisk_staysLost() throws Exception {
            TestVolume.await(replacement.store.complete(SLOT, ballot(1), 0));
            CompletionStage<List<SlotState>> promise = replacement.store.promise(List.of(SLOT), ballot(2));
            CompletionStage<SlotState> lost = replacement.store.lose(SLOT);
            TestVolume.await(promise);
            assertThat(replacement.store.slot(SLOT).complete()).isFalse();
            TestVolume.await(lost);
            assertThat(replacement.store.slot(SLOT).complete()).isFalse();
        }

        /** Batches of a slot are taken over in any order of their ballots (I10). */
        @Test
        void accept_belowThePromiseOfAnIncompleteSlot_storedUnderItsBallot() throws Exception {
            Batch batch = TestVolume.batch(FileVersion.NONE, new Operation.Create());
            TestVolume.await(replacement.store.promise(List.of(SLOT), ballot(5)));
            assertThat(TestVolume.await(replacement.store.accept(NAME, ballot(3), StateId.NONE, batch, false)))
                    .isEqualTo(new AcceptResult.Accepted(Committed.NONE, new Pending(ballot(3), StateId.NONE, FIRST)));
            assertThat(replacement.store.slot(SLOT).promised()).contains(ballot(5));
            TestVolume.await(replacement.store.complete(SLOT, ballot(5), 0));
            assertThat(TestVolume.await(replacement.store.accept(NAME, ballot(3), StateId.NONE, batch, false)))
                    .isEqualTo(new AcceptResult.Outvoted(ballot(5)));
        }

        @Test
        void slot_completionOnItsWayToTheDisk_notCompleteYet() throws Exception {
            CountDownLatch goOn = new CountDownLatch(1);
            holdCommitter(replacement, goOn);
            CompletionStage<SlotState> complete = replacement.store.complete(SLOT, ballot(1), 0);
            assertThat(replacement.store.slot(SLOT).complete()).isFalse();
            goOn.countDown();
            assertThat(TestVolume.await(complete).complete()).isTrue();
            assertThat(replacement.store.slot(SLOT).complete()).isTrue();
        }
    }

    /** The committer once needed a monitor that whoever waited for room in its queue was holding. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void accept_queueOfCommitterFull_committerGoesOn() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> lanes = new ArrayList<>();
            for (int lane = 0; lane < 8; lane++) {
                String prefix = "lane" + lane + "/";
                lanes.add(threads.submit(() -> {
                    createByAccept(prefix, 60);
                    return prefix;
                }));
            }
            for (Future<?> lane : lanes) {
                lane.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(volume.store.usage().files()).isEqualTo(480);
    }

    /** Accepts and promotes all without waiting for one before the next, so that the queue (16 in tests) is full. */
    private void createByAccept(String prefix, int files) throws StoreException {
        List<CompletionStage<PromoteResult>> created = new ArrayList<>();
        for (int file = 0; file < files; file++) {
            FileName name = FileName.of(prefix + file);
            Batch batch = TestVolume.batch(FileVersion.NONE, new Operation.Create(), write("x"));
            created.add(volume.store
                    .accept(name, ballot(1), StateId.NONE, batch, false)
                    .thenComposeAsync(accepted -> volume.store.promote(name, ballot(1), FIRST)));
        }
        for (CompletionStage<PromoteResult> one : created) {
            assertThat(TestVolume.await(one)).isInstanceOf(PromoteResult.Promoted.class);
        }
    }
}
