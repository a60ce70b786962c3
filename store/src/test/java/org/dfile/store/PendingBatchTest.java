package org.dfile.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.dfile.store.TestVolume.KIB;
import static org.dfile.store.TestVolume.MIB;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.model.Session;
import org.dfile.model.SessionId;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.StateId;
import org.dfile.store.history.Folders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches that are accepted, promoted, replaced or dropped, and what is answered about them. */
class PendingBatchTest extends ReplicaTestCase {

    @Test
    void accept_pending_isNotReadAndSurvivesReopen() throws Exception {
        byte[] large = content(300 * KIB);
        List<StagedBytes> pieces = volume.stage(large);
        accept(ballot(1), StateId.NONE, new Operation.Create(), write("x"), new Operation.WriteStaged(10, pieces));
        volume.reopen();
        assertThat(volume.store.state(NAME)).isEmpty();
        PendingBatch pending = volume.store.pending(NAME).orElseThrow();
        assertThat(pending.ballot()).isEqualTo(ballot(1));
        assertThat(pending.pending()).isEqualTo(new Pending(ballot(1), StateId.NONE, FIRST));
        ChainHash hash = FIRST.hash();
        Bytes read = volume.store.readPending(NAME, hash, 2, 100 * KIB, 100 * KIB);
        assertThat(TestVolume.content(read)).isEqualTo(Arrays.copyOfRange(large, 100 * KIB, 200 * KIB));
        assertThat(TestVolume.content(volume.store.readPending(NAME, hash, 1, 0, 9)))
                .isEqualTo(new byte[] {'x'});
    }

    /** Which of them exist only somebody knows who asks the other replicas. */
    @Test
    void list_namesThatPendingBatchesCreateOrDelete_areThereAndMarked() throws Exception {
        accept(ballot(1), StateId.NONE, new Operation.Create(), write("x"));
        volume.create(FileName.of("e"), new byte[] {1});
        volume.create(FileName.of("g"), new byte[] {1});
        FileName deleted = FileName.of("g");
        StateId before = id(volume.store.state(deleted).orElseThrow());
        TestVolume.await(volume.store.accept(
                deleted, ballot(1), before, TestVolume.batch(before.version(), new Operation.Delete()), false));

        assertThat(volume.store.list("", "", 100).entries())
                .extracting(entry -> entry.status().name() + " " + entry.exists() + " " + entry.pending())
                .containsExactly("e true false", "f false true", "g true true");
        assertThat(volume.store.list("", "e", 1).entries())
                .extracting(entry -> entry.status().name())
                .containsExactly(NAME);
        assertThat(volume.store.list("", "e", 1).more()).isTrue();
        assertThat(volume.store.list("", "f", 1).more()).isFalse();
        assertThat(volume.store.list("x", "", 1).entries()).isEmpty();

        promote(ballot(1), FIRST);
        assertThat(volume.store.list("f", "", 1).entries().get(0).pending()).isFalse();
    }

    @Test
    void list_pendingChangeOfBytesAlone_isNotMarked() throws Exception {
        accept(ballot(1), StateId.NONE, new Operation.Create(), write("x"));
        promote(ballot(1), FIRST);
        accept(ballot(1), FIRST, write("y"));

        assertThat(volume.store.list("", "", 100).entries())
                .extracting(ListResult.Entry::pending)
                .containsExactly(false);
    }

    @Test
    void promote_equalHash_committedAndNothingPending() throws Exception {
        byte[] large = content(300 * KIB);
        accept(ballot(1), StateId.NONE, new Operation.Create(), new Operation.WriteStaged(0, volume.stage(large)));
        volume.reopen();
        PromoteResult first = promote(ballot(1), FIRST);
        assertThat(first).isInstanceOf(PromoteResult.Promoted.class);
        assertThat(promote(ballot(2), FIRST)).isEqualTo(first); // told twice
        volume.reopen();
        assertThat(volume.readAll(NAME)).isEqualTo(large);
        assertThat(volume.store.pending(NAME)).isEmpty();
        assertThat(volume.store.usage().liveBytes()).isEqualTo(300 * KIB);
        assertThat(dataFiles()).isEqualTo(1);
    }

    @Test
    void promote_otherHash_behindAndStillPending() throws Exception {
        accept(ballot(1), StateId.NONE, new Operation.Create());
        ChainHash other = ChainHash.NONE.then(new byte[] {1});
        assertThat(promote(ballot(1), new StateId(FIRST.version(), other)))
                .isEqualTo(new PromoteResult.Behind(
                        Committed.NONE, Optional.of(new Pending(ballot(1), StateId.NONE, FIRST))));
        assertThat(volume.store.pending(NAME)).isPresent();
    }

    @Test
    void accept_onAStateNotHeld_behind() throws Exception {
        volume.create(NAME, content(10));
        assertThat(accept(ballot(1), SECOND, write("x")))
                .isEqualTo(new AcceptResult.Behind(new Committed(FIRST, false, Optional.empty()), Optional.empty()));
        StagedBytes piece = volume.stage(content(100 * KIB)).get(0);
        assertThat(accept(ballot(1), SECOND, new Operation.WriteStaged(0, List.of(piece))))
                .isInstanceOf(AcceptResult.Behind.class);
        volume.apply(NAME, new Operation.WriteStaged(0, List.of(piece))); // still his who staged it
    }

    @Test
    void accept_anotherBatchPending_isReplacedAndItsBytesAreGarbage() throws Exception {
        accept(
                ballot(1),
                StateId.NONE,
                new Operation.Create(),
                new Operation.WriteStaged(0, volume.stage(content(MIB))));
        Batch other = new Batch(
                FIRST.version(),
                ChainHash.NONE.then(new byte[1]),
                TestVolume.TIME,
                List.of(new Operation.Create(), write("other")),
                List.of(),
                List.of(),
                FileVersion.NONE);
        TestVolume.await(volume.store.accept(NAME, ballot(2), StateId.NONE, other, false));
        assertThat(volume.store.pending(NAME).orElseThrow().batch().hash()).isEqualTo(other.hash());
        assertThat(dataFiles()).isZero();
        promote(ballot(2), new StateId(FIRST.version(), other.hash()));
        assertThat(volume.readAll(NAME)).isEqualTo("other".getBytes(UTF_8));
    }

    @Test
    void acceptAgain_higherBallot_sameBatchUnderIt() throws Exception {
        accept(
                ballot(1),
                StateId.NONE,
                new Operation.Create(),
                new Operation.WriteStaged(0, volume.stage(content(MIB))));
        ChainHash hash = FIRST.hash();
        assertThat(TestVolume.await(volume.store.acceptAgain(NAME, ballot(4), hash)))
                .isEqualTo(new AcceptResult.Accepted(Committed.NONE, new Pending(ballot(4), StateId.NONE, FIRST)));
        assertThat(TestVolume.await(volume.store.acceptAgain(NAME, ballot(3), hash)))
                .isEqualTo(new AcceptResult.Outvoted(ballot(4)));
        volume.reopen();
        assertThat(volume.store.pending(NAME).orElseThrow().ballot()).isEqualTo(ballot(4));
        promote(ballot(4), FIRST);
        assertThat(volume.readAll(NAME)).isEqualTo(content(MIB));
    }

    @Test
    void promote_pending_committedUnderTheBallotThatSaysSo() throws Exception {
        accept(ballot(1), StateId.NONE, new Operation.Create());
        assertThat(promote(ballot(7), FIRST))
                .isEqualTo(new PromoteResult.Promoted(volume.store.state(NAME).orElseThrow(), committed(FIRST, 7)));
        volume.reopen();
        assertThat(TestVolume.await(volume.store.standing(NAME)).committed()).isEqualTo(committed(FIRST, 7));
    }

    private static Committed committed(StateId id, long round) {
        return new Committed(id, false, Optional.of(ballot(round)));
    }

    @Test
    void promote_manyInARow_hardlyAnySync() throws Exception {
        List<FileName> names = Stream.iterate(0, i -> i + 1)
                .limit(100)
                .map(i -> FileName.of("many/" + i))
                .toList();
        for (FileName name : names) {
            Batch batch = TestVolume.batch(FileVersion.NONE, new Operation.Create(), write("x"));
            TestVolume.await(volume.store.accept(name, ballot(1), StateId.NONE, batch, false));
        }
        long before = volume.store.effort().logSyncs();
        for (FileName name : names) {
            TestVolume.await(volume.store.promote(name, ballot(1), FIRST));
            assertThat(volume.readAll(name)).isEqualTo(new byte[] {'x'}); // everybody reads it at once
        }
        assertThat(volume.store.effort().logSyncs() - before).isLessThan(names.size() / 2);
        volume.reopen();
        for (FileName name : names) {
            assertThat(volume.readAll(name)).isEqualTo(new byte[] {'x'});
        }
    }

    /** What a killed process leaves: the promotion is undone, the data file that it emptied is still there. */
    @Test
    void promote_killedBeforeASync_batchIsPendingAgainAndAllBytesAreThere(@TempDir Path copies) throws Exception {
        boolean undone = false;
        for (int i = 0; i < 100 && !undone; i++) { // until it is copied before it is synced by itself
            Path copy = copies.resolve("copy" + i);
            FileName name = FileName.of("f" + i);
            replaceAll(name);
            Folders.copyQuiet(directory, copy);
            try (TestVolume killed = new TestVolume(copy)) {
                undone = killed.version(name).equals(FIRST.version());
                if (undone) {
                    assertThat(killed.readAll(name)).isEqualTo(content(OLD_BYTES));
                    assertThat(killed.store.pending(name).map(PendingBatch::id)).contains(SECOND);
                    TestVolume.await(killed.store.promote(name, ballot(2), SECOND));
                }
                assertThat(killed.readAll(name)).isEqualTo(content(MIB));
            }
        }
        assertThat(undone).isTrue();
    }

    /** So many that they begin a data file, and the bytes that replace them another one. */
    private static final int OLD_BYTES = 1_200 * KIB;

    private void replaceAll(FileName name) throws StoreException {
        volume.create(name, content(OLD_BYTES));
        Batch batch = TestVolume.batch(
                FIRST.version(), new Operation.Truncate(0), new Operation.WriteStaged(0, volume.stage(content(MIB))));
        TestVolume.await(volume.store.accept(name, ballot(1), FIRST, batch, false));
        TestVolume.await(volume.store.promote(name, ballot(1), SECOND));
    }

    @Test
    void promote_killedAfterALaterChangeWasSynced_isThere(@TempDir Path copies) throws Exception {
        for (int i = 0; i < 5; i++) {
            Path copy = copies.resolve("copy" + i);
            FileName name = FileName.of("f" + i);
            replaceAll(name);
            TestVolume.await(volume.store.promise(List.of(SLOT), ballot(i + 2)));
            Folders.copyQuiet(directory, copy);
            try (TestVolume killed = new TestVolume(copy)) {
                assertThat(killed.readAll(name)).isEqualTo(content(MIB));
                assertThat(killed.store.pending(name)).isEmpty();
            }
        }
    }

    @Test
    void promote_nothingFollows_syncedByItself() throws Exception {
        accept(ballot(1), StateId.NONE, new Operation.Create());
        promote(ballot(1), FIRST);
        await().until(() -> volume.store.unsynced() == 0);
    }

    @Test
    void accept_promoteFirst_bothInOneStep() throws Exception {
        byte[] large = content(300 * KIB);
        accept(ballot(1), StateId.NONE, new Operation.Create(), new Operation.WriteStaged(0, volume.stage(large)));
        long commits = volume.store.effort().commits();
        assertThat(acceptAndPromote(ballot(2), FIRST, new Operation.WriteStaged(0, volume.stage(content(200 * KIB)))))
                .isEqualTo(new AcceptResult.Accepted(committed(FIRST, 2), new Pending(ballot(2), FIRST, SECOND)));
        assertThat(volume.store.effort().commits()).isEqualTo(commits + 1);
        volume.reopen();
        assertThat(volume.readAll(NAME)).isEqualTo(large);
        assertThat(volume.store.usage().liveBytes()).isEqualTo(500 * KIB);
        promote(ballot(2), SECOND);
        assertThat(volume.read(NAME, 0, 200 * KIB)).isEqualTo(content(200 * KIB));
        assertThat(volume.store.usage().liveBytes()).isEqualTo(300 * KIB);
    }

    @Test
    void accept_promoteFirstButAnotherBatchIsPending_behind() throws Exception {
        accept(ballot(1), StateId.NONE, new Operation.Create());
        StateId other = new StateId(FIRST.version(), ChainHash.NONE.then(new byte[] {1}));
        assertThat(acceptAndPromote(ballot(2), other, write("x")))
                .isEqualTo(new AcceptResult.Behind(
                        Committed.NONE, Optional.of(new Pending(ballot(1), StateId.NONE, FIRST))));
        assertThat(accept(ballot(2), FIRST, write("x")))
                .isInstanceOf(AcceptResult.Behind.class); // not asked to promote
        assertThat(volume.store.state(NAME)).isEmpty();
    }

    @Test
    void accept_promoteFirstButOutvoted_nothingIsPromoted() throws Exception {
        accept(ballot(1), StateId.NONE, new Operation.Create());
        TestVolume.await(volume.store.promise(List.of(SLOT), ballot(3)));
        StagedBytes piece = volume.stage(content(100 * KIB)).get(0);
        assertThat(acceptAndPromote(ballot(2), FIRST, new Operation.WriteStaged(0, List.of(piece))))
                .isEqualTo(new AcceptResult.Outvoted(ballot(3)));
        assertThat(volume.store.state(NAME)).isEmpty();
        assertThat(acceptAndPromote(ballot(3), FIRST, new Operation.WriteStaged(0, List.of(piece))))
                .isInstanceOf(AcceptResult.Accepted.class); // nothing of the first try is in the way
        promote(ballot(3), SECOND);
        assertThat(volume.readAll(NAME)).isEqualTo(content(100 * KIB));
    }

    /** Others have purged the tombstone that is still here (I15): the new file begins without its sessions. */
    @Test
    void accept_reCreationOverATombstone_beginsAfresh() throws Exception {
        Session session = new Session(new SessionId(new UUID(5, 6)), 0, List.of(), 1);
        Batch creation = TestVolume.batch(FileVersion.NONE, new Operation.Create(), write("old"));
        Batch withSession = new Batch(
                creation.version(),
                creation.hash(),
                creation.time(),
                creation.operations(),
                List.of(session),
                List.of(),
                FileVersion.NONE);
        TestVolume.await(volume.store.accept(NAME, ballot(1), StateId.NONE, withSession, false));
        acceptAndPromote(ballot(1), FIRST, new Operation.Delete());
        promote(ballot(1), SECOND);

        FileVersion third = new FileVersion(3, 1);
        Batch again = new Batch(
                third,
                TestVolume.hash(third),
                TestVolume.TIME,
                List.of(new Operation.Create(), write("new")),
                List.of(),
                List.of(),
                FileVersion.NONE);
        assertThat(TestVolume.await(volume.store.accept(NAME, ballot(1), StateId.NONE, again, false)))
                .isInstanceOf(AcceptResult.Behind.class); // whose ballot is not above that of the tombstone
        assertThat(TestVolume.await(volume.store.accept(NAME, ballot(2), StateId.NONE, again, false)))
                .isInstanceOf(AcceptResult.Accepted.class);
        promote(ballot(2), id(3, 1));
        volume.reopen();
        assertThat(volume.readAll(NAME)).isEqualTo("new".getBytes(UTF_8));
        assertThat(volume.store.state(NAME).orElseThrow().sessions()).isEmpty();
        assertThat(volume.store.digest(SLOT).records()).isEqualTo(1);
    }

    @Test
    void drop_pending_isGoneAndSoAreItsBytes() throws Exception {
        accept(
                ballot(1),
                StateId.NONE,
                new Operation.Create(),
                new Operation.WriteStaged(0, volume.stage(content(MIB))));
        assertThat(TestVolume.await(volume.store.drop(NAME, ChainHash.NONE))).isFalse();
        assertThat(TestVolume.await(volume.store.drop(NAME, FIRST.hash()))).isTrue();
        assertThat(volume.store.pending(NAME)).isEmpty();
        assertThat(dataFiles()).isZero();
    }

    @Test
    void standing_nothingKnown_saysSo() throws Exception {
        Standing standing = TestVolume.await(volume.store.standing(NAME));
        assertThat(standing.state()).isEmpty();
        assertThat(standing.committed()).isEqualTo(Committed.NONE);
        assertThat(standing.pending()).isEmpty();
        assertThat(standing.slot().promised()).isEmpty();
    }

    @Test
    void standing_committedPendingAndPromise_areAllThere() throws Exception {
        accept(ballot(1), StateId.NONE, new Operation.Create(), write("a"));
        promote(ballot(1), FIRST);
        accept(ballot(2), FIRST, write("b"));
        TestVolume.await(volume.store.promise(List.of(SLOT), ballot(3)));

        Standing standing = TestVolume.await(volume.store.standing(NAME));
        assertThat(standing.state()).isEqualTo(volume.store.state(NAME)).isPresent();
        assertThat(standing.committed()).isEqualTo(new Committed(FIRST, false, Optional.of(ballot(1))));
        assertThat(standing.pending().map(PendingBatch::pending)).contains(new Pending(ballot(2), FIRST, SECOND));
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
