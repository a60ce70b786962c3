package org.dfile.replication.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dfile.replication.simulation.Stories.isRed;
import static org.dfile.replication.simulation.Stories.keptFromThree;
import static org.dfile.replication.simulation.Stories.survives;

import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.dfile.model.Change;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.SlotMessage;
import org.junit.jupiter.api.Test;

/** The schedules of the model (see {@link CounterexamplesTest}) in which a disk is lost or a deleted file is forgotten. */
final class LossCounterexamplesTest {

    /** wiped-votes and wiped-confirms. */
    @Test
    void wipedVotes_isNoVoteNorConfirmationOfAnEmptyDisk() {
        Consumer<Stage> story = stage -> {
            Stage.Kept accepts = keptFromThree(stage);
            stage.lose(sent -> sent.isTo(1) && sent.is(SlotMessage.Refused.class));
            stage.lead(2);
            stage.reads(2, 2);
            stage.host(3).wipe();
            stage.host(3).boot();
            accepts.release();
            stage.waitAWhile();
            stage.read(3, 2);
            stage.waitAWhile();
        };
        survives(story);
        isRed(Breakage.WIPED_ANSWERS_ABSENT, story);
    }

    @Test
    void rejoinOne_isNoRejoiningWithoutTheOneThatKnows() {
        Consumer<Stage> story = stage -> {
            acceptedByTwoAndThree(stage);
            stage.host(2).crash();
            stage.host(3).wipe();
            stage.host(3).boot();
            stage.waitAWhile();
            stage.tryToLead(1);
            stage.append(2, 1, "y");
            stage.waitAWhile();
        };
        survives(story);
        isRed(Breakage.REJOIN_WITH_ONE_OTHER, story);
    }

    @Test
    void rejoinNoPending_isNoLossOfABatchThatTheLostDiskHadAccepted() {
        Consumer<Stage> story = stage -> {
            acceptedByTwoAndThree(stage);
            stage.host(3).wipe();
            stage.host(3).boot();
            stage.until(() -> !stage.host(3).isAmnesiac());
            stage.host(2).crash();
            stage.lead(1);
            stage.appended(2, 1, "y");
            assertThat(stage.reads(3, 1)).isEqualTo("xy");
        };
        survives(story);
        isRed(Breakage.REJOIN_WITHOUT_PENDING, story);
    }

    /** Nobody knows that it is chosen: not the coordinator, which has no room itself. */
    private static void acceptedByTwoAndThree(Stage stage) {
        stage.lead(1);
        stage.host(1).disk.full = true;
        stage.lose(sent -> sent.is(FileMessage.Accepted.class));
        stage.append(1, 1, "x");
        stage.until(() -> stage.hasPending(2) && stage.hasPending(3));
        stage.host(1).crash();
        stage.host(1).disk.full = false;
        stage.loseNothing();
        stage.host(1).boot();
    }

    @Test
    void rejoinNoBallot_isNoAcceptanceBehindTheBackOfARejoin() {
        Consumer<Stage> story = stage -> {
            stage.lead(1);
            stage.host(1).disk.full = true;
            stage.lose(sent -> sent.is(FileMessage.Accepted.class));
            Stage.Kept accepts = stage.keep(sent -> sent.isTo(2) && sent.is(FileMessage.Accept.class));
            stage.append(1, 1, "x");
            stage.until(() -> stage.hasPending(3) && accepts.count() > 0);
            stage.host(3).wipe();
            stage.host(3).boot();
            stage.until(() -> !stage.host(3).isAmnesiac());
            accepts.release();
            stage.waitAWhile();
            stage.host(2).crash();
            stage.host(1).disk.full = false;
            stage.loseNothing();
            stage.lead(3);
            stage.appended(2, 3, "y");
        };
        survives(story);
        isRed(Breakage.REJOIN_WITHOUT_BALLOT, story);
    }

    /** A creation that was on its way all the time must not bring back what was deleted, and forgotten by all. */
    @Test
    void purgeNoFloor_isNoFileThatComesBackAfterItsTombstoneWent() {
        Consumer<Stage> story = stage -> {
            AtomicBoolean keeping = new AtomicBoolean(true);
            Stage.Kept accepts = stage.keep(sent -> keeping.get() && sent.isTo(3) && sent.is(FileMessage.Accept.class));
            stage.lead(1);
            stage.appended(1, 1, "x");
            keeping.set(false);
            stage.until(() -> stage.committed(3).equals(stage.committed(1)));
            stage.call(2, 1, new Change.Delete(0));
            stage.answered(2);
            stage.until(
                    () -> stage.committed(2).tombstone() && stage.committed(3).tombstone());
            stage.waitAWhile();
            stage.purge();
            accepts.release();
            stage.waitAWhile();
            stage.host(1).crash();
            stage.lead(3);
            stage.reads(3, 3);
        };
        survives(story);
        isRed(Breakage.PURGE_WITHOUT_FLOOR, story);
    }

    /** With the consent of the operator, and not without it, what only the lost disks knew is gone (I10). */
    @Test
    void lossAccepted_oneDiskIsLeft_comesBackFromIt() {
        Stage stage = new Stage(3);
        stage.lead(1);
        stage.appended(1, 1, "x");
        stage.until(() -> stage.committed(3).equals(stage.committed(1)));
        stage.isolate(3);
        stage.appended(1, 1, "y");
        stage.host(1).wipe();
        stage.host(2).wipe();
        stage.loseNothing();
        stage.host(1).boot();
        stage.host(2).boot();
        stage.waitAWhile();
        assertThat(stage.host(1).isAmnesiac()).as("without consent it waits").isTrue();
        stage.process(1).work(() -> stage.process(1).rejoining.giveUp(Set.of(stage.host(2).id)));
        stage.until(() -> !stage.host(1).isAmnesiac());
        assertThat(stage.content(1)).as("what host 3 had").isEqualTo("x");
        stage.until(() -> !stage.host(2).isAmnesiac()); // two others that vote are enough for it
        assertThat(stage.content(2)).isEqualTo("x");
    }
}
