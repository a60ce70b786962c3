package org.dfile.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.dfile.store.TestVolume.KIB;
import static org.dfile.store.TestVolume.MIB;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.dfile.model.Ballot;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.model.Session;
import org.dfile.model.SessionId;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.Pending;
import org.junit.jupiter.api.Test;

/** Whole states out of a volume and into one. */
class StateTransferTest extends ReplicaTestCase {

    private final FileVersion later = new FileVersion(1, 9);
    private static final Ballot KNOWN = ReplicaTestCase.ballot(4);

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
                new FileVersion(1, 7));
    }

    private InstallResult receive(FileState state, byte[] content) throws StoreException {
        return receive(state, content, true);
    }

    private InstallResult receive(FileState state, byte[] content, boolean dropPending) throws StoreException {
        try (IncomingState incoming = volume.store.receive(NAME, state, KNOWN)) {
            for (int from = 0; from < content.length; from += 200 * KIB) {
                int to = Math.min(content.length, from + 200 * KIB);
                incoming.write(from, Bytes.of(Arrays.copyOfRange(content, from, to)));
            }
            return TestVolume.await(incoming.install(dropPending));
        }
    }

    @Test
    void pin_fileGoesOnMeanwhile_readsTheStateThatWasPinned() throws Exception {
        byte[] content = content(900 * KIB);
        volume.create(NAME, content);
        try (PinnedState pinned = volume.store.pin(NAME).orElseThrow()) {
            volume.apply(NAME, new Operation.WriteInline(0, Bytes.of(new byte[KIB])));
            volume.apply(NAME, new Operation.Delete());
            assertThat(pinned.state().version()).isEqualTo(FIRST.version());
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
        try (IncomingState incoming = volume.store.receive(NAME, state(later, MIB), KNOWN)) {
            incoming.write(500, Bytes.of(new byte[] {1}));
            TestVolume.await(incoming.install(true));
        }
        byte[] expected = new byte[MIB];
        expected[500] = 1;
        assertThat(volume.readAll(NAME)).isEqualTo(expected);
    }

    @Test
    void install_notAboveTheOwnState_changesNothing() throws Exception {
        byte[] own = content(900 * KIB);
        volume.create(NAME, own);
        Committed committed = new Committed(FIRST, false, Optional.empty());
        assertThat(receive(state(FIRST.version(), 10), content(10)))
                .isEqualTo(new InstallResult.NotAbove(committed, Optional.empty()));
        FileState diverged = new FileState(
                FIRST.version(),
                ChainHash.NONE,
                true,
                10,
                TestVolume.TIME,
                TestVolume.TIME,
                List.of(),
                FileVersion.NONE);
        assertThat(receive(diverged, content(10))).isEqualTo(new InstallResult.Diverged(FIRST));
        assertThat(volume.readAll(NAME)).isEqualTo(own);
    }

    @Test
    void install_pendingBatch_goesIfThatIsAskedForAndTheStateIsAbove() throws Exception {
        volume.create(NAME, content(10));
        accept(ballot(1), FIRST, write("pending"));
        receive(state(later, 10), content(10));
        assertThat(volume.store.pending(NAME)).isEmpty();

        accept(ballot(1), id(1, 9), write("pending"));
        Pending left = new Pending(ballot(1), id(1, 9), id(1, 10));
        assertThat(receive(state(later, 10), content(10)))
                .isEqualTo(new InstallResult.NotAbove(
                        new Committed(id(1, 9), false, Optional.of(KNOWN)), Optional.of(left)));
        assertThat(volume.store.pending(NAME)).isPresent();

        FileState next = state(new FileVersion(1, 20), 10);
        assertThat(receive(next, content(10), false))
                .isEqualTo(new InstallResult.Installed(
                        next, new Committed(id(next), false, Optional.of(KNOWN)), Optional.of(left)));
        assertThat(volume.store.pending(NAME)).isPresent();
    }

    @Test
    void install_givenUp_leavesNothing() throws Exception {
        try (IncomingState incoming = volume.store.receive(NAME, state(later, MIB), KNOWN)) {
            incoming.write(0, Bytes.of(content(MIB)));
        }
        assertThat(dataFiles()).isZero();
        assertThat(volume.store.state(NAME)).isEmpty();
    }

    /** Who gives it up may be faster than who installs it: its bytes are gone, and must not be taken for zeros (I14). */
    @Test
    void install_afterItWasGivenUp_isRefused() throws Exception {
        byte[] own = content(10);
        volume.create(NAME, own);
        IncomingState incoming = volume.store.receive(NAME, state(later, MIB), KNOWN);
        incoming.write(0, Bytes.of(content(MIB)));
        incoming.close();
        incoming.close();
        assertThatThrownBy(() -> incoming.install(true)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(incoming::repair).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> incoming.write(MIB, Bytes.EMPTY)).isInstanceOf(IllegalStateException.class);
        assertThat(volume.readAll(NAME)).isEqualTo(own);
        assertThat(dataFiles()).isZero();
    }

    /** Without its footprint the sums of the volume would count the lost record for ever. */
    @Test
    void install_overADamagedRecord_replacesItAndTheSumsAreRight() throws Exception {
        volume.create(NAME, content(900 * KIB));
        accept(ballot(1), FIRST, new Operation.WriteStaged(0, volume.stage(content(100 * KIB))));
        volume.damageRecord(NAME);
        assertThatThrownBy(() -> volume.store.state(NAME)).isInstanceOf(AmnesiacException.class);
        assertThatThrownBy(() -> TestVolume.await(volume.store.standing(NAME))).isInstanceOf(AmnesiacException.class);

        byte[] content = content(700 * KIB);
        FileState same = state(FIRST.version(), 700 * KIB); // what is here is not known, so it need not be above
        assertThat(receive(same, content, false))
                .isEqualTo(new InstallResult.Installed(
                        same, new Committed(FIRST, false, Optional.of(KNOWN)), Optional.empty()));
        volume.reopen();
        assertThat(volume.readAll(NAME)).isEqualTo(content);
        assertThat(volume.store.state(NAME)).contains(same);
        assertThat(volume.store.pending(NAME)).isEmpty();
        VolumeUsage usage = volume.store.usage();
        assertThat(usage.files()).isEqualTo(1);
        assertThat(usage.bytes()).isEqualTo(700 * KIB);
        assertThat(usage.liveBytes()).isEqualTo(700 * KIB);
        assertThat(volume.store.digest(SLOT)).isEqualTo(new SlotDigest(SLOT, 1, Upkeep.digest(NAME, same)));
        assertThat(volume.store.changedSince(0, 10).entries()).hasSize(1);
    }

    private boolean repair(FileState state, byte[] content) throws StoreException {
        try (IncomingState incoming = volume.store.receive(NAME, state, KNOWN)) {
            incoming.write(0, Bytes.of(content));
            return TestVolume.await(incoming.repair());
        }
    }

    @Test
    void repair_damagedBytesOfTheSameState_areReplacedAndNothingElseIs() throws Exception {
        byte[] content = content(900 * KIB);
        FileState created = volume.create(NAME, content);
        accept(ballot(1), FIRST, write("pending"));
        SlotDigest digest = volume.store.digest(SLOT);
        CrashTest.flip(directory.resolve("data/000001.data"), 100 * KIB);
        assertThatThrownBy(() -> volume.readAll(NAME)).isInstanceOf(CorruptDataException.class);
        assertThat(Upkeep.scrub(volume.store).damage()).hasSize(1);

        assertThat(repair(created, content)).isTrue();
        volume.reopen();
        assertThat(volume.readAll(NAME)).isEqualTo(content);
        assertThat(volume.store.state(NAME)).contains(created);
        assertThat(volume.store.pending(NAME).map(PendingBatch::id)).contains(SECOND);
        assertThat(volume.store.digest(SLOT)).isEqualTo(digest);
        assertThat(volume.store.usage().liveBytes()).isEqualTo(900 * KIB);
        assertThat(volume.store.scrubStatus().damage()).hasSize(1);
        volume.store.recheck(NAME);
        await().until(() -> volume.store.scrubStatus().damage().isEmpty());
    }

    @Test
    void recheck_onlyAPartIsWholeAgain_theRestStaysListed() throws Exception {
        byte[] content = content(900 * KIB);
        volume.create(NAME, content);
        CrashTest.flip(directory.resolve("data/000001.data"), 100 * KIB);
        CrashTest.flip(directory.resolve("data/000001.data"), 500 * KIB);
        assertThat(Upkeep.scrub(volume.store).damage()).hasSize(2);
        volume.apply(NAME, new Operation.WriteStaged(64 * KIB, volume.stage(content(64 * KIB))));
        volume.store.recheck(NAME);
        await().until(() -> volume.store.scrubStatus().damaged() == 1);
        assertThat(volume.store.scrubStatus().damage().get(0).offset()).isEqualTo(448 * KIB);
    }

    @Test
    void repair_fileHasGoneOn_nothing() throws Exception {
        FileState created = volume.create(NAME, content(10));
        volume.apply(NAME, new Operation.Truncate(5));
        assertThat(repair(created, content(10))).isFalse();
        assertThat(volume.readAll(NAME)).hasSize(5);
    }
}
