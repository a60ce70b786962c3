package org.dfile.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.model.Slot;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.StateId;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tombstones, and what replicas of a slot compare. */
class SlotRecordsTest extends ReplicaTestCase {

    @Test
    void purge_tombstone_isGoneAndTheFloorHolds() throws Exception {
        volume.create(NAME, content(10));
        volume.apply(NAME, new Operation.Delete());
        assertThat(TestVolume.await(volume.store.purge(NAME, FIRST.version()))).isFalse();
        assertThat(TestVolume.await(volume.store.purge(NAME, SECOND.version()))).isTrue();
        volume.reopen();
        assertThat(volume.store.state(NAME)).isEmpty();
        assertThat(volume.store.slot(SLOT).floor()).isEqualTo(1);
        assertThat(volume.store.digest(SLOT)).isEqualTo(new SlotDigest(SLOT, 0, 0));
        assertThat(volume.store.changedSince(0, 10).entries()).isEmpty();
        assertThat(accept(ballot(1), StateId.NONE, new Operation.Create())).isEqualTo(new AcceptResult.BelowFloor(1));
    }

    @Test
    void purge_fileExistsOrBatchPending_nothing() throws Exception {
        volume.create(NAME, content(10));
        assertThat(TestVolume.await(volume.store.purge(NAME, FIRST.version()))).isFalse();
        volume.apply(NAME, new Operation.Delete());
        accept(ballot(1), SECOND, new Operation.Create());
        assertThat(TestVolume.await(volume.store.purge(NAME, SECOND.version()))).isFalse();
    }

    @Test
    void digest_sameHistoryOnAnotherWay_isEqual() throws Exception {
        volume.create(NAME, content(10));
        volume.apply(NAME, new Operation.Truncate(5));
        SlotDigest digest = volume.store.digest(SLOT);
        assertThat(digest.records()).isEqualTo(1);
        volume.reopen();
        assertThat(volume.store.digest(SLOT)).isEqualTo(digest);
        try (TestVolume other = new TestVolume(directory.resolve("other"))) {
            FileState state = volume.store.state(NAME).orElseThrow();
            try (IncomingState incoming = other.store.receive(NAME, state, ballot(1))) {
                incoming.write(0, Bytes.of(volume.readAll(NAME)));
                TestVolume.await(incoming.install(true));
            }
            assertThat(other.store.digest(SLOT)).isEqualTo(digest);
            other.apply(NAME, new Operation.Truncate(4));
            assertThat(other.store.digest(SLOT)).isNotEqualTo(digest);
        }
    }

    @Test
    void changedSince_aNumber_eachNameOnceWithItsLastChange() throws Exception {
        FileName b = FileName.of("b");
        FileName c = FileName.of("c");
        volume.create(NAME, content(10));
        volume.create(b, content(10));
        long after = volume.store.changedSince(0, 10).upTo();
        volume.apply(NAME, new Operation.Truncate(1));
        volume.create(c, content(10));
        volume.apply(NAME, new Operation.Truncate(2));
        volume.reopen();

        assertThat(names(volume.store.changedSince(0, 10))).containsExactly(b, c, NAME);
        ChangedNames changed = volume.store.changedSince(after, 1);
        assertThat(names(changed)).containsExactly(c);
        assertThat(changed.more()).isTrue();
        ChangedNames rest = volume.store.changedSince(changed.upTo(), 10);
        assertThat(names(rest)).containsExactly(NAME);
        assertThat(rest.entries().get(0).version()).isEqualTo(new FileVersion(1, 3));
        assertThat(rest.more()).isFalse();
        assertThat(volume.store.changedSince(rest.upTo(), 10).entries()).isEmpty();
    }

    private List<FileName> names(ChangedNames changed) {
        return changed.entries().stream().map(ChangedNames.Entry::name).toList();
    }

    @Nested
    class Pages {

        /** Names of one slot, in the order of their bytes. */
        private final List<FileName> names = Stream.iterate(0, number -> number + 1)
                .map(number -> FileName.of("n" + number))
                .filter(name -> name.slot().equals(FileName.of("n0").slot()))
                .limit(5)
                .sorted()
                .toList();

        private final Slot slot = names.get(0).slot();

        private SlotPage page(String after, int limit) throws StoreException {
            return TestVolume.await(volume.store.page(slot, after, limit));
        }

        private List<FileName> names(SlotPage page) {
            return page.entries().stream().map(SlotPage.Entry::name).toList();
        }

        private void accept(FileName name, long round) throws StoreException {
            Batch batch = TestVolume.batch(FileVersion.NONE, new Operation.Create(), write("x"));
            TestVolume.await(volume.store.accept(name, ballot(round), StateId.NONE, batch, false));
        }

        @Test
        void page_committedTombstoneAndPendingOnly_allThereInOrder() throws Exception {
            volume.create(FileName.of("another-slot"), content(10));
            volume.create(names.get(4), content(10));
            accept(names.get(0), 2);
            volume.create(names.get(2), content(10));
            volume.apply(names.get(2), new Operation.Delete());
            accept(names.get(3), 2);
            TestVolume.await(volume.store.promote(names.get(3), ballot(3), FIRST));
            TestVolume.await(volume.store.complete(slot, ballot(3), 8));
            volume.reopen();

            Pending pending = new Pending(ballot(2), StateId.NONE, FIRST);
            assertThat(page("", 10))
                    .isEqualTo(new SlotPage(
                            slot,
                            List.of(
                                    new SlotPage.Entry(names.get(0), Committed.NONE, Optional.of(pending)),
                                    new SlotPage.Entry(
                                            names.get(2),
                                            new Committed(SECOND, true, Optional.empty()),
                                            Optional.empty()),
                                    new SlotPage.Entry(
                                            names.get(3),
                                            new Committed(FIRST, false, Optional.of(ballot(3))),
                                            Optional.empty()),
                                    new SlotPage.Entry(
                                            names.get(4),
                                            new Committed(FIRST, false, Optional.empty()),
                                            Optional.empty())),
                            false,
                            8));
        }

        @Test
        void page_afterPage_goesOnAfterTheName() throws Exception {
            accept(names.get(0), 1);
            volume.create(names.get(1), content(10));
            accept(names.get(2), 1);
            SlotPage first = page("", 2);
            assertThat(names(first)).containsExactly(names.get(0), names.get(1));
            assertThat(first.more()).isTrue();
            SlotPage second = page(names.get(1).toString(), 2);
            assertThat(names(second)).containsExactly(names.get(2));
            assertThat(second.more()).isFalse();
            assertThat(names(page(names.get(2).toString(), 2))).isEmpty();
        }

        @Test
        void page_droppedAndPurged_areNotInIt() throws Exception {
            accept(names.get(0), 1);
            TestVolume.await(volume.store.drop(names.get(0), FIRST.hash()));
            volume.create(names.get(1), content(10));
            volume.apply(names.get(1), new Operation.Delete());
            TestVolume.await(volume.store.purge(names.get(1), SECOND.version()));
            assertThat(page("", 10)).isEqualTo(new SlotPage(slot, List.of(), false, 1));
        }

        /** A page without it would say that there is no such file (I9). */
        @Test
        void page_damagedRecord_failsAndNamesTheFile() throws Exception {
            volume.create(names.get(0), content(10));
            volume.create(names.get(1), content(10));
            volume.damageRecord(names.get(1));
            assertThatThrownBy(() -> page("", 10))
                    .isInstanceOfSatisfying(
                            AmnesiacException.class,
                            amnesiac -> assertThat(amnesiac.name()).isEqualTo(names.get(1)));
            assertThat(names(page("", 1))).containsExactly(names.get(0));
        }
    }

    @Nested
    class MarkedFiles {

        @Test
        void mark_lossAccepted_isRememberedAndTheFileGoesOn() throws Exception {
            assertThat(TestVolume.await(volume.store.mark(NAME, FileMark.LOSS_ACCEPTED)))
                    .containsExactly(FileMark.LOSS_ACCEPTED);
            volume.reopen();
            assertThat(volume.store.marks(NAME)).containsExactly(FileMark.LOSS_ACCEPTED);
            assertThat(volume.store.marks(FileName.of("other"))).isEmpty();
            volume.create(NAME, content(10));
            assertThat(volume.readAll(NAME)).isEqualTo(content(10));
        }

        @Test
        void mark_diverged_fileStopsAlsoAfterReopen() throws Exception {
            volume.create(NAME, content(10));
            TestVolume.await(volume.store.mark(NAME, FileMark.DIVERGED));
            assertStopped();
            volume.reopen();
            assertStopped();
            assertThat(volume.store.state(NAME)).isPresent(); // for those who look what is wrong
            volume.create(FileName.of("other"), content(10));
        }

        private void assertStopped() {
            assertStopped(() -> volume.readAll(NAME));
            assertStopped(() -> volume.store.pin(NAME));
            assertStopped(() -> TestVolume.await(volume.store.apply(
                    NAME, FIRST.version(), TestVolume.batch(FIRST.version(), new Operation.Delete()))));
            assertStopped(() -> accept(ballot(1), FIRST, write("x")));
            assertStopped(() -> TestVolume.await(volume.store.acceptAgain(NAME, ballot(1), FIRST.hash())));
            assertStopped(() -> promote(ballot(1), FIRST));
            assertStopped(() -> TestVolume.await(volume.store.purge(NAME, FIRST.version())));
            assertStopped(() -> {
                try (IncomingState incoming =
                        volume.store.receive(NAME, volume.store.state(NAME).orElseThrow(), ballot(1))) {
                    TestVolume.await(incoming.install(true));
                }
            });
        }

        private void assertStopped(ThrowableAssert.ThrowingCallable call) {
            assertThatThrownBy(call)
                    .isInstanceOfSatisfying(
                            DivergedException.class,
                            stopped -> assertThat(stopped.name()).isEqualTo(NAME));
        }

        @Test
        void mark_twice_bothAreKept() throws Exception {
            TestVolume.await(volume.store.mark(FileName.of("a"), FileMark.LOSS_ACCEPTED));
            TestVolume.await(volume.store.mark(FileName.of("b"), FileMark.DIVERGED));
            TestVolume.await(volume.store.mark(FileName.of("a"), FileMark.DIVERGED));
            volume.reopen();
            assertThat(volume.store.marks(FileName.of("a"))).containsExactly(FileMark.DIVERGED, FileMark.LOSS_ACCEPTED);
            assertThat(volume.store.marks(FileName.of("b"))).containsExactly(FileMark.DIVERGED);
        }
    }
}
