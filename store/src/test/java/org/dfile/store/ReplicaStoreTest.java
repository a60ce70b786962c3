package org.dfile.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.dfile.store.TestVolume.KIB;
import static org.dfile.store.TestVolume.MIB;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.Operation;
import org.dfile.model.Session;
import org.dfile.model.SessionId;
import org.dfile.model.Slot;
import org.dfile.model.StagedBytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a volume promises as one of several replicas. Each answer is looked at again after a reopen. */
class ReplicaStoreTest {

    private static final FileName NAME = FileName.of("f");
    private static final Slot SLOT = NAME.slot();

    @TempDir
    Path directory;

    private TestVolume volume;

    @BeforeEach
    void open() throws Exception {
        volume = new TestVolume(directory);
    }

    @AfterEach
    void close() throws Exception {
        volume.close();
    }

    private static Ballot ballot(long round) {
        return new Ballot(round, new HostId("a"), new Life(1, 1));
    }

    private AcceptResult accept(Ballot ballot, FileVersion before, Operation... operations) throws StoreException {
        ChainHash hash = before.equals(FileVersion.NONE) ? ChainHash.NONE : TestVolume.hash(before);
        return TestVolume.await(volume.store.accept(NAME, ballot, before, hash, TestVolume.batch(before, operations)));
    }

    private PromoteResult promote(FileVersion version) throws StoreException {
        return TestVolume.await(volume.store.promote(NAME, version, TestVolume.hash(version)));
    }

    private static Operation write(String text) {
        return new Operation.WriteInline(0, Bytes.of(text.getBytes(UTF_8)));
    }

    private static byte[] content(int byteCount) {
        byte[] content = new byte[byteCount];
        new Random(byteCount).nextBytes(content);
        return content;
    }

    private static final FileVersion FIRST = new FileVersion(1, 1);
    private static final FileVersion SECOND = new FileVersion(1, 2);

    @Nested
    class Promises {

        @Test
        void promise_higher_holdsAfterReopen() throws Exception {
            Slot other = new Slot((SLOT.number() + 1) % Slot.COUNT);
            assertThat(TestVolume.await(volume.store.promise(List.of(SLOT, other), ballot(3))))
                    .containsExactly(
                            new SlotState(SLOT, Optional.of(ballot(3)), 0),
                            new SlotState(other, Optional.of(ballot(3)), 0));
            volume.reopen();
            assertThat(volume.store.slot(SLOT).promised()).contains(ballot(3));
            assertThat(volume.store.slot(other).promised()).contains(ballot(3));
        }

        @Test
        void promise_lower_higherOneStays() throws Exception {
            TestVolume.await(volume.store.promise(List.of(SLOT), ballot(3)));
            assertThat(TestVolume.await(volume.store.promise(List.of(SLOT), ballot(2))))
                    .containsExactly(new SlotState(SLOT, Optional.of(ballot(3)), 0));
        }

        @Test
        void accept_belowThePromise_outvotedAndNothingPending() throws Exception {
            TestVolume.await(volume.store.promise(List.of(SLOT), ballot(3)));
            assertThat(accept(ballot(2), FileVersion.NONE, new Operation.Create()))
                    .isEqualTo(new AcceptResult.Outvoted(ballot(3)));
            assertThat(volume.store.pending(NAME)).isEmpty();
            assertThat(accept(ballot(3), FileVersion.NONE, new Operation.Create()))
                    .isEqualTo(new AcceptResult.Accepted()); // nothing of the first try is in the way
        }

        @Test
        void accept_aboveThePromise_raisesIt() throws Exception {
            accept(ballot(5), FileVersion.NONE, new Operation.Create());
            volume.reopen();
            assertThat(volume.store.slot(SLOT).promised()).contains(ballot(5));
            assertThat(accept(ballot(4), FileVersion.NONE, new Operation.Create()))
                    .isInstanceOf(AcceptResult.Outvoted.class);
        }
    }

    @Nested
    class Batches {

        @Test
        void accept_pending_isNotReadAndSurvivesReopen() throws Exception {
            byte[] large = content(300 * KIB);
            List<StagedBytes> pieces = volume.stage(large);
            accept(
                    ballot(1),
                    FileVersion.NONE,
                    new Operation.Create(),
                    write("x"),
                    new Operation.WriteStaged(10, pieces));
            volume.reopen();
            assertThat(volume.store.state(NAME)).isEmpty();
            PendingBatch pending = volume.store.pending(NAME).orElseThrow();
            assertThat(pending.ballot()).isEqualTo(ballot(1));
            assertThat(pending.batch().version()).isEqualTo(FIRST);
            ChainHash hash = TestVolume.hash(FIRST);
            Bytes read = volume.store.readPending(NAME, hash, 2, 100 * KIB, 100 * KIB);
            assertThat(TestVolume.content(read)).isEqualTo(Arrays.copyOfRange(large, 100 * KIB, 200 * KIB));
            assertThat(TestVolume.content(volume.store.readPending(NAME, hash, 1, 0, 9)))
                    .isEqualTo(new byte[] {'x'});
        }

        @Test
        void promote_equalHash_committedAndNothingPending() throws Exception {
            byte[] large = content(300 * KIB);
            accept(
                    ballot(1),
                    FileVersion.NONE,
                    new Operation.Create(),
                    new Operation.WriteStaged(0, volume.stage(large)));
            volume.reopen();
            PromoteResult first = promote(FIRST);
            assertThat(first).isInstanceOf(PromoteResult.Promoted.class);
            assertThat(promote(FIRST)).isEqualTo(first); // told twice
            volume.reopen();
            assertThat(volume.readAll(NAME)).isEqualTo(large);
            assertThat(volume.store.pending(NAME)).isEmpty();
            assertThat(volume.store.usage().liveBytes()).isEqualTo(300 * KIB);
            assertThat(dataFiles()).isEqualTo(1);
        }

        @Test
        void promote_otherHash_behindAndStillPending() throws Exception {
            accept(ballot(1), FileVersion.NONE, new Operation.Create());
            ChainHash other = ChainHash.NONE.then(new byte[] {1});
            assertThat(TestVolume.await(volume.store.promote(NAME, FIRST, other)))
                    .isEqualTo(new PromoteResult.Behind(FileVersion.NONE, ChainHash.NONE));
            assertThat(volume.store.pending(NAME)).isPresent();
        }

        @Test
        void accept_onAStateNotHeld_behind() throws Exception {
            volume.create(NAME, content(10));
            assertThat(accept(ballot(1), SECOND, write("x")))
                    .isEqualTo(new AcceptResult.Behind(FIRST, TestVolume.hash(FIRST)));
            StagedBytes piece = volume.stage(content(100 * KIB)).get(0);
            assertThat(accept(ballot(1), SECOND, new Operation.WriteStaged(0, List.of(piece))))
                    .isInstanceOf(AcceptResult.Behind.class);
            volume.apply(NAME, new Operation.WriteStaged(0, List.of(piece))); // still his who staged it
        }

        @Test
        void accept_anotherBatchPending_isReplacedAndItsBytesAreGarbage() throws Exception {
            accept(
                    ballot(1),
                    FileVersion.NONE,
                    new Operation.Create(),
                    new Operation.WriteStaged(0, volume.stage(content(MIB))));
            Batch other = new Batch(
                    FIRST,
                    ChainHash.NONE.then(new byte[1]),
                    TestVolume.TIME,
                    List.of(new Operation.Create(), write("other")),
                    List.of(),
                    List.of(),
                    0);
            TestVolume.await(volume.store.accept(NAME, ballot(2), FileVersion.NONE, ChainHash.NONE, other));
            assertThat(volume.store.pending(NAME).orElseThrow().batch().hash()).isEqualTo(other.hash());
            assertThat(dataFiles()).isZero();
            TestVolume.await(volume.store.promote(NAME, FIRST, other.hash()));
            assertThat(volume.readAll(NAME)).isEqualTo("other".getBytes(UTF_8));
        }

        @Test
        void acceptAgain_higherBallot_sameBatchUnderIt() throws Exception {
            accept(
                    ballot(1),
                    FileVersion.NONE,
                    new Operation.Create(),
                    new Operation.WriteStaged(0, volume.stage(content(MIB))));
            ChainHash hash = TestVolume.hash(FIRST);
            assertThat(TestVolume.await(volume.store.acceptAgain(NAME, ballot(4), hash)))
                    .isEqualTo(new AcceptResult.Accepted());
            assertThat(TestVolume.await(volume.store.acceptAgain(NAME, ballot(3), hash)))
                    .isEqualTo(new AcceptResult.Outvoted(ballot(4)));
            volume.reopen();
            assertThat(volume.store.pending(NAME).orElseThrow().ballot()).isEqualTo(ballot(4));
            promote(FIRST);
            assertThat(volume.readAll(NAME)).isEqualTo(content(MIB));
        }

        @Test
        void drop_pending_isGoneAndSoAreItsBytes() throws Exception {
            accept(
                    ballot(1),
                    FileVersion.NONE,
                    new Operation.Create(),
                    new Operation.WriteStaged(0, volume.stage(content(MIB))));
            assertThat(TestVolume.await(volume.store.drop(NAME, ChainHash.NONE)))
                    .isFalse();
            assertThat(TestVolume.await(volume.store.drop(NAME, TestVolume.hash(FIRST))))
                    .isTrue();
            assertThat(volume.store.pending(NAME)).isEmpty();
            assertThat(dataFiles()).isZero();
        }
    }

    @Nested
    class States {

        private final FileVersion later = new FileVersion(1, 9);

        private FileState state(FileVersion version, long length) {
            Session session = new Session(new SessionId(new UUID(5, 6)), 0, List.of(), 9);
            return new FileState(
                    version,
                    TestVolume.hash(version),
                    true,
                    length,
                    TestVolume.TIME,
                    TestVolume.TIME,
                    List.of(session),
                    7);
        }

        private InstallResult receive(FileState state, byte[] content) throws StoreException {
            try (IncomingState incoming = volume.store.receive(NAME, state)) {
                for (int from = 0; from < content.length; from += 200 * KIB) {
                    int to = Math.min(content.length, from + 200 * KIB);
                    incoming.write(from, Bytes.of(Arrays.copyOfRange(content, from, to)));
                }
                return TestVolume.await(incoming.install());
            }
        }

        @Test
        void pin_fileGoesOnMeanwhile_readsTheStateThatWasPinned() throws Exception {
            byte[] content = content(900 * KIB);
            volume.create(NAME, content);
            try (PinnedState pinned = volume.store.pin(NAME).orElseThrow()) {
                volume.apply(NAME, new Operation.WriteInline(0, Bytes.of(new byte[KIB])));
                volume.apply(NAME, new Operation.Delete());
                assertThat(pinned.state().version()).isEqualTo(FIRST);
                assertThat(TestVolume.content(pinned.read(0, 500 * KIB))).isEqualTo(Arrays.copyOf(content, 500 * KIB));
                assertThat(pinned.read(500 * KIB, MIB).byteCount()).isEqualTo(400 * KIB);
                assertThat(dataFiles()).isEqualTo(1);
            }
            await().until(() -> dataFiles() == 0);
        }

        @Test
        void close_statesStillPinned_theyEnd() throws Exception {
            volume.create(NAME, content(900 * KIB));
            PinnedState pinned = volume.store.pin(NAME).orElseThrow();
            volume.reopen();
            assertThatThrownBy(() -> pinned.read(0, 1)).isInstanceOf(IllegalStateException.class);
            pinned.close();
        }

        @Test
        void install_aboveTheOwnState_replacesItWithSessionsAndAll() throws Exception {
            volume.create(NAME, content(900 * KIB));
            byte[] content = content(700 * KIB);
            assertThat(receive(state(later, 700 * KIB), content)).isInstanceOf(InstallResult.Installed.class);
            volume.reopen();
            assertThat(volume.readAll(NAME)).isEqualTo(content);
            assertThat(volume.store.state(NAME)).contains(state(later, 700 * KIB));
            assertThat(volume.store.usage().liveBytes()).isEqualTo(700 * KIB);
        }

        @Test
        void install_holesLeftOut_areZeros() throws Exception {
            try (IncomingState incoming = volume.store.receive(NAME, state(later, MIB))) {
                incoming.write(500, Bytes.of(new byte[] {1}));
                TestVolume.await(incoming.install());
            }
            byte[] expected = new byte[MIB];
            expected[500] = 1;
            assertThat(volume.readAll(NAME)).isEqualTo(expected);
        }

        @Test
        void install_notAboveTheOwnState_changesNothing() throws Exception {
            byte[] own = content(900 * KIB);
            volume.create(NAME, own);
            assertThat(receive(state(FIRST, 10), content(10))).isEqualTo(new InstallResult.NotAbove(FIRST));
            FileState diverged =
                    new FileState(FIRST, ChainHash.NONE, true, 10, TestVolume.TIME, TestVolume.TIME, List.of(), 0);
            assertThat(receive(diverged, content(10)))
                    .isEqualTo(new InstallResult.Diverged(FIRST, TestVolume.hash(FIRST)));
            assertThat(volume.readAll(NAME)).isEqualTo(own);
        }

        @Test
        void install_pendingBatch_goesAtOrBelowAndStaysAbove() throws Exception {
            volume.create(NAME, content(10));
            accept(ballot(1), FIRST, write("pending"));
            receive(state(later, 10), content(10));
            assertThat(volume.store.pending(NAME)).isEmpty();

            accept(ballot(1), later, write("pending"));
            receive(state(later, 10), content(10)); // not above: nothing happens
            assertThat(volume.store.pending(NAME)).isPresent();
        }

        @Test
        void install_givenUp_leavesNothing() throws Exception {
            try (IncomingState incoming = volume.store.receive(NAME, state(later, MIB))) {
                incoming.write(0, Bytes.of(content(MIB)));
            }
            assertThat(dataFiles()).isZero();
            assertThat(volume.store.state(NAME)).isEmpty();
        }
    }

    @Nested
    class Tombstones {

        @Test
        void purge_tombstone_isGoneAndTheFloorHolds() throws Exception {
            volume.create(NAME, content(10));
            volume.apply(NAME, new Operation.Delete());
            assertThat(TestVolume.await(volume.store.purge(NAME, FIRST))).isFalse();
            assertThat(TestVolume.await(volume.store.purge(NAME, SECOND))).isTrue();
            volume.reopen();
            assertThat(volume.store.state(NAME)).isEmpty();
            assertThat(volume.store.slot(SLOT).floor()).isEqualTo(1);
            assertThat(volume.store.digest(SLOT)).isEqualTo(new SlotDigest(SLOT, 0, 0));
            assertThat(volume.store.changedSince(0, 10).entries()).isEmpty();
            assertThat(accept(ballot(1), FileVersion.NONE, new Operation.Create()))
                    .isEqualTo(new AcceptResult.BelowFloor(1));
        }

        @Test
        void purge_fileExistsOrBatchPending_nothing() throws Exception {
            volume.create(NAME, content(10));
            assertThat(TestVolume.await(volume.store.purge(NAME, FIRST))).isFalse();
            volume.apply(NAME, new Operation.Delete());
            accept(ballot(1), SECOND, new Operation.Create());
            assertThat(TestVolume.await(volume.store.purge(NAME, SECOND))).isFalse();
        }

        @Test
        void raiseFloor_lower_stays() throws Exception {
            assertThat(TestVolume.await(volume.store.raiseFloor(SLOT, 7)).floor())
                    .isEqualTo(7);
            assertThat(TestVolume.await(volume.store.raiseFloor(SLOT, 5)).floor())
                    .isEqualTo(7);
            volume.reopen();
            assertThat(volume.store.slot(SLOT).floor()).isEqualTo(7);
        }
    }

    @Nested
    class Comparing {

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
                try (IncomingState incoming = other.store.receive(NAME, state)) {
                    incoming.write(0, Bytes.of(volume.readAll(NAME)));
                    TestVolume.await(incoming.install());
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
    }

    private long dataFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("data"))) {
            return files.count();
        }
    }

    @Nested
    class TakingOver {

        @Test
        void standing_nothingKnown_saysSo() throws Exception {
            Standing standing = TestVolume.await(volume.store.standing(NAME));
            assertThat(standing.version()).isEqualTo(FileVersion.NONE);
            assertThat(standing.hash()).isEqualTo(ChainHash.NONE);
            assertThat(standing.pending()).isEmpty();
            assertThat(standing.slot().promised()).isEmpty();
        }

        @Test
        void standing_committedPendingAndPromise_areAllThere() throws Exception {
            accept(ballot(1), FileVersion.NONE, new Operation.Create(), write("a"));
            promote(new FileVersion(1, 1));
            accept(ballot(2), new FileVersion(1, 1), write("b"));
            TestVolume.await(volume.store.promise(List.of(SLOT), ballot(3)));

            Standing standing = TestVolume.await(volume.store.standing(NAME));
            assertThat(standing.version()).isEqualTo(new FileVersion(1, 1));
            assertThat(standing.hash()).isEqualTo(TestVolume.hash(new FileVersion(1, 1)));
            assertThat(standing.pending().orElseThrow().ballot()).isEqualTo(ballot(2));
            assertThat(standing.pending().orElseThrow().batch().version()).isEqualTo(new FileVersion(1, 2));
            assertThat(standing.slot().promised()).contains(ballot(3));
        }

        @Test
        void standing_promiseOnItsWay_comesAfterIt() throws Exception {
            for (int round = 1; round <= 50; round++) {
                CompletionStage<List<SlotState>> promise = volume.store.promise(List.of(SLOT), ballot(round));
                Standing standing = TestVolume.await(volume.store.standing(NAME));
                assertThat(standing.slot().promised()).contains(ballot(round));
                assertThat(promise.toCompletableFuture()).isDone();
            }
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
        FileVersion first = new FileVersion(1, 1);
        List<CompletionStage<PromoteResult>> created = new ArrayList<>();
        for (int file = 0; file < files; file++) {
            FileName name = FileName.of(prefix + file);
            Batch batch = TestVolume.batch(FileVersion.NONE, new Operation.Create(), write("x"));
            created.add(volume.store
                    .accept(name, ballot(1), FileVersion.NONE, ChainHash.NONE, batch)
                    .thenComposeAsync(accepted -> volume.store.promote(name, first, TestVolume.hash(first))));
        }
        for (CompletionStage<PromoteResult> one : created) {
            assertThat(TestVolume.await(one)).isInstanceOf(PromoteResult.Promoted.class);
        }
    }
}
