package org.dfile.cluster.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.SessionId;
import org.dfile.model.Stamp;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.StateId;
import org.dfile.replication.FileWrite;
import org.dfile.replication.WriteResult;
import org.dfile.replication.batch.BatchLimits;
import org.dfile.replication.batch.BatchPlanner;
import org.dfile.replication.batch.FileImage;
import org.dfile.replication.batch.Proposal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the protocol relies on at each replica, whatever the disk. */
public abstract class ReplicaDiskContract {

    private static final FileName NAME = FileName.of("contract");
    private static final Ballot LOW = ballot(1);
    private static final Ballot HIGH = ballot(2);

    private final BatchPlanner planner = new BatchPlanner(NAME, new BatchLimits(16, 1 << 20, 1 << 20, 8), 2);
    private ReplicaDisk disk;
    private FileImage image = FileImage.NONE;
    private long number;

    protected abstract ReplicaDisk open() throws IOException;

    @BeforeEach
    void openDisk() throws IOException {
        disk = open();
    }

    @AfterEach
    void closeDisk() throws IOException {
        disk.close();
    }

    private static Ballot ballot(long round) {
        return new Ballot(round, new HostId("h1"), new Life(1, 1));
    }

    private static StateId idOf(Batch batch) {
        return new StateId(batch.version(), batch.hash());
    }

    private static StateId idOf(FileImage image) {
        return image.state()
                .map(state -> new StateId(state.version(), state.hash()))
                .orElse(StateId.NONE);
    }

    private Batch next(FileImage on, Change change, long floor) {
        Stamp stamp = new Stamp(new SessionId(new UUID(1, ++number)), 1, 1, FileVersion.NONE);
        return planner.plan(on.state(), List.of(new Proposal(stamp, change, List.of())), Instant.EPOCH, floor)
                .batch()
                .orElseThrow();
    }

    private Batch append(FileImage on, String text) {
        return next(on, new Change.Append(0, true, Bytes.of(text.getBytes(UTF_8))), 0);
    }

    private WriteResult accept(Ballot ballot, FileImage on, Batch batch, boolean promoteFirst) throws IOException {
        return disk.write(NAME, new FileWrite.Accept(ballot, idOf(on), idOf(batch), promoteFirst), Optional.of(batch));
    }

    private WriteResult promote(Ballot ballot, Batch batch) throws IOException {
        return disk.write(NAME, new FileWrite.Promote(ballot, idOf(batch)), Optional.empty());
    }

    /** A committed state, and what it is made of. */
    private void commit(Ballot ballot, Change change) throws IOException {
        Batch batch = next(image, change, 0);
        accept(ballot, image, batch, false);
        promote(ballot, batch);
        image = image.apply(batch);
    }

    private Committed committed(Ballot ballot) {
        return new Committed(idOf(image), image.state().isPresent() && !image.exists(), Optional.of(ballot));
    }

    @Test
    void emptyDisk_holdsNothing() throws IOException {
        assertThat(disk.contents(NAME))
                .isEqualTo(new ReplicaDisk.Contents(Committed.NONE, Optional.empty(), Optional.empty(), 0));
    }

    @Test
    void accept_isPendingUnderItsBallot_andRaisesThePromise() throws IOException {
        Batch batch = append(image, "a");
        Pending pending = new Pending(LOW, StateId.NONE, idOf(batch));
        assertThat(accept(LOW, image, batch, false))
                .isEqualTo(new WriteResult.Written(Committed.NONE, Optional.of(pending)));
        assertThat(disk.contents(NAME))
                .isEqualTo(new ReplicaDisk.Contents(Committed.NONE, Optional.of(pending), Optional.of(LOW), 0));
    }

    @Test
    void accept_belowThePromise_isOutvotedAndChangesNothing() throws IOException {
        disk.promise(NAME, HIGH);
        ReplicaDisk.Contents before = disk.contents(NAME);
        assertThat(accept(LOW, image, append(image, "a"), false)).isEqualTo(new WriteResult.Outvoted(HIGH));
        assertThat(disk.contents(NAME)).isEqualTo(before);
    }

    @Test
    void promise_isNeverLowered() throws IOException {
        disk.promise(NAME, HIGH);
        disk.promise(NAME, LOW);
        assertThat(disk.contents(NAME).promised()).contains(HIGH);
    }

    @Test
    void promote_makesThePendingBatchTheCommittedState() throws IOException {
        Batch batch = append(image, "a");
        accept(LOW, image, batch, false);
        WriteResult result = promote(LOW, batch);
        image = image.apply(batch);
        assertThat(result).isEqualTo(new WriteResult.Written(committed(LOW), Optional.empty()));
    }

    @Test
    void promote_byALaterBallot_isKnownUnderThat() throws IOException {
        Batch batch = append(image, "a");
        accept(LOW, image, batch, false);
        promote(HIGH, batch);
        image = image.apply(batch);
        assertThat(disk.contents(NAME).committed()).isEqualTo(committed(HIGH));
    }

    @Test
    void accept_ofTheSameBatchUnderAHigherBallot_keepsItUnderThat() throws IOException {
        Batch batch = append(image, "a");
        accept(LOW, image, batch, false);
        accept(HIGH, image, batch, false);
        assertThat(disk.contents(NAME).pending()).contains(new Pending(HIGH, StateId.NONE, idOf(batch)));
    }

    @Test
    void accept_ofAnotherBatchUnderAHigherBallot_replacesThePendingOne() throws IOException {
        accept(LOW, image, append(image, "a"), false);
        Batch other = append(image, "b");
        accept(HIGH, image, other, false);
        assertThat(disk.contents(NAME).pending()).contains(new Pending(HIGH, StateId.NONE, idOf(other)));
    }

    @Test
    void accept_thatPromotesFirst_doesBothInOneStep() throws IOException {
        Batch first = append(image, "a");
        accept(LOW, image, first, false);
        image = image.apply(first);
        Batch second = append(image, "b");
        Pending pending = new Pending(HIGH, idOf(first), idOf(second));
        assertThat(accept(HIGH, image, second, true))
                .isEqualTo(new WriteResult.Written(committed(HIGH), Optional.of(pending)));
    }

    @Test
    void everything_isThereAfterARestart() throws IOException {
        commit(LOW, new Change.Append(0, true, Bytes.of("a".getBytes(UTF_8))));
        accept(HIGH, image, append(image, "b"), false);
        ReplicaDisk.Contents before = disk.contents(NAME);
        disk.reopen();
        assertThat(disk.contents(NAME)).isEqualTo(before);
    }

    @Test
    void purge_raisesTheFloor_andWhatIsNotAboveItIsRefused() throws IOException {
        commit(LOW, new Change.Append(0, true, Bytes.of("a".getBytes(UTF_8))));
        Batch old = append(FileImage.NONE, "late");
        commit(LOW, new Change.Delete(0));
        disk.purge(NAME);
        assertThat(disk.contents(NAME))
                .isEqualTo(new ReplicaDisk.Contents(Committed.NONE, Optional.empty(), Optional.of(LOW), 1));
        assertThat(accept(HIGH, FileImage.NONE, old, false)).isEqualTo(new WriteResult.TooLow(1));
        Batch anew = next(FileImage.NONE, new Change.Create(false, false), 1);
        assertThat(accept(HIGH, FileImage.NONE, anew, false)).isInstanceOf(WriteResult.Written.class);
    }

    @Test
    void purge_ofWhatIsNoTombstone_doesNothing() throws IOException {
        commit(LOW, new Change.Append(0, true, Bytes.of("a".getBytes(UTF_8))));
        ReplicaDisk.Contents before = disk.contents(NAME);
        disk.purge(NAME);
        assertThat(disk.contents(NAME)).isEqualTo(before);
    }
}
