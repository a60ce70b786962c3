package org.dfile.replication.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dfile.replication.simulation.Stories.isRed;
import static org.dfile.replication.simulation.Stories.keptFromThree;
import static org.dfile.replication.simulation.Stories.survives;

import java.util.function.Consumer;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.SlotMessage;
import org.dfile.replication.history.Seen;
import org.junit.jupiter.api.Test;

/**
 * The schedules by which the model of the protocol breaks when one of its rules is weakened, under the names that they have
 * there. With all rules nothing breaks; where a seam can be broken here too, the same schedule turns a check red.
 * Those with lost disks and purged files are in {@link LossCounterexamplesTest}.
 */
final class CounterexamplesTest {

    @Test
    void noPromise_isSpokenOfBeforeItIsOnDisk() {
        Consumer<Stage> story = stage -> {
            Stage.Kept accepts = keptFromThree(stage);
            stage.host(3).disk.slowness = 1_000;
            stage.tryToLead(2);
            stage.waitAWhile();
            stage.host(3).crash();
            stage.host(3).disk.slowness = 1;
            stage.host(3).boot();
            accepts.release();
            stage.waitAWhile();
        };
        survives(story);
        isRed(Breakage.PROMISE_NOT_SYNCED, story);
    }

    @Test
    void acceptNoRaise_isNoOverwritingInALowerBallot() {
        Consumer<Stage> story = stage -> {
            stage.lead(1);
            stage.appended(1, 1, "a");
            stage.waitAWhile();
            stage.lose(sent -> sent.isTo(1) && sent.is(SlotMessage.Prepare.class));
            stage.lose(sent -> sent.isTo(1) && sent.is(FileMessage.Query.class));
            stage.lose(sent -> sent.isTo(1) && sent.is(FileMessage.Refused.class));
            stage.lead(2);
            stage.reads(2, 2);
            stage.lose(sent -> sent.isTo(3) && sent.is(FileMessage.Accept.class));
            stage.lose(sent -> sent.is(FileMessage.Commit.class));
            stage.appended(1, 2, "x");
            stage.append(3, 1, "y");
            stage.waitAWhile();
            stage.host(2).crash();
            stage.loseNothing();
            stage.lead(3);
            assertThat(stage.reads(4, 3)).startsWith("ax");
        };
        survives(story);
        isRed(Breakage.ACCEPT_RAISES_NO_PROMISE, story);
    }

    @Test
    void ignorePending_isNoLossOfWhatOneReplicaStillHasPending() {
        Consumer<Stage> story = stage -> {
            stage.lead(1);
            stage.lose(sent -> sent.isTo(2) && sent.is(FileMessage.Accept.class));
            stage.lose(sent -> sent.is(FileMessage.Commit.class));
            stage.appended(1, 1, "x");
            stage.host(1).crash();
            stage.loseNothing();
            stage.lead(2);
            assertThat(stage.reads(2, 2)).isEqualTo("x");
        };
        survives(story);
        isRed(Breakage.PENDING_NOT_TOLD, story);
    }

    @Test
    void anyPending_isNoSecondEffectOfABatchThatIsCommittedElsewhere() {
        survives(stage -> {
            stage.lead(1);
            stage.lose(sent -> sent.isTo(2) && sent.is(FileMessage.Commit.class));
            stage.appended(1, 1, "x");
            stage.until(() -> stage.hasPending(2));
            stage.isolate(3);
            stage.lead(1);
            assertThat(stage.appended(2, 1, "y")).isEqualTo(new Seen.Done(1, 1, 1, 2));
            assertThat(stage.reads(3, 1)).isEqualTo("xy");
        });
    }

    @Test
    void serveEarly_isNoReadBeforeTheBatchThatWasFoundIsCommitted() {
        survives(stage -> {
            stage.lead(1);
            stage.lose(sent -> sent.isTo(3) && sent.is(FileMessage.Accept.class));
            Stage.Kept accepted = stage.keep(sent -> sent.isTo(1) && sent.is(FileMessage.Accepted.class));
            stage.append(1, 1, "x");
            stage.until(() -> accepted.count() > 0);
            stage.cut(1, 2);
            stage.lose(sent -> sent.isFrom(2) && sent.is(FileMessage.Accept.class));
            stage.lead(2);
            stage.read(2, 2);
            stage.waitAWhile();
            accepted.release();
            stage.answered(1);
            stage.read(3, 2);
            stage.waitAWhile();
            assertThat(stage.world.client(2).isIdle()).isFalse();
            assertThat(stage.world.client(3).isIdle()).isFalse();
            stage.loseNothing();
            assertThat(Stage.text(stage.answered(3))).isEqualTo("x");
        });
    }

    @Test
    void readUnconfirmed_isNoAnswerOfACoordinatorThatIsOneNoMore() {
        Consumer<Stage> story = stage -> {
            stage.lead(1);
            stage.appended(1, 1, "a");
            stage.isolate(1);
            stage.lead(2);
            stage.appended(2, 2, "x");
            stage.read(3, 1);
            stage.waitAWhile();
            assertThat(stage.world.client(3).isIdle()).isFalse();
        };
        survives(story);
        isRed(Breakage.READ_UNCONFIRMED, story);
    }

    @Test
    void confirmNoRound_isNoCountingOfAnswersToAnEarlierRound() {
        survives(stage -> {
            stage.lead(1);
            stage.appended(1, 1, "a");
            Stage.Kept late = stage.keep(sent -> sent.isFrom(3) && sent.is(SlotMessage.Confirmed.class));
            stage.reads(2, 1);
            stage.until(() -> late.count() > 0);
            stage.lose(sent -> sent.isTo(1) && sent.from().startsWith("h"));
            stage.lead(2);
            stage.appended(1, 2, "x");
            stage.read(3, 1);
            late.release();
            stage.waitAWhile();
            assertThat(stage.world.client(3).isIdle()).isFalse();
        });
    }

    @Test
    void readPending_isNoQuorumReadPastAPendingBatch() {
        Consumer<Stage> story = stage -> {
            stage.lead(1);
            stage.appended(1, 1, "a");
            stage.waitAWhile();
            stage.lose(sent -> sent.isTo(3) && sent.is(FileMessage.Accept.class));
            stage.lose(sent -> sent.is(FileMessage.Commit.class));
            stage.appended(1, 1, "x");
            stage.isolate(1);
            for (int client = 2; client <= 4; client++) {
                stage.read(client, 3);
            }
            stage.waitAWhile();
        };
        survives(story);
        isRed(Breakage.REPORT_WITHOUT_PENDING, story);
    }

    @Test
    void holes_areNotLeftByAReplicaThatMissedAState() {
        survives(stage -> {
            stage.lead(1);
            stage.lose(sent -> sent.isTo(3) && sent.is(FileMessage.class));
            stage.appended(1, 1, "x");
            stage.loseNothing();
            stage.lose(sent -> sent.isFrom(3) && sent.is(Packet.StateWanted.class));
            stage.appended(2, 1, "y");
            stage.waitAWhile();
            assertThat(stage.hasPending(3)).isFalse();
            assertThat(stage.committed(3).id().version().seq()).isZero();
        });
    }

    @Test
    void commitBare_isNoCommittingOfAnotherBatchOfTheVersion() {
        survives(stage -> {
            stage.lead(1);
            stage.reads(3, 1);
            stage.isolate(1);
            stage.append(1, 1, "y");
            stage.until(() -> stage.hasPending(1));
            stage.lead(2);
            stage.appended(2, 2, "x");
            stage.loseNothing();
            stage.until(() -> stage.committed(1).id().version().seq() > 0);
            assertThat(stage.content(1)).startsWith("x");
        });
    }

    @Test
    void ballotReused_isNoBallotOfTwoLives() {
        survives(stage -> {
            stage.lose(sent -> sent.is(SlotMessage.Prepare.class));
            stage.tryToLead(1);
            stage.waitAWhile();
            stage.host(1).crash();
            stage.host(1).boot();
            stage.loseNothing();
            stage.lead(1);
            assertThat(stage.process(1).slot.leads().orElseThrow().life().bootCount())
                    .isEqualTo(2);
            stage.appended(1, 1, "x");
        });
    }

    @Test
    void noSession_isNoSecondEffectAtAnotherHost() {
        Consumer<Stage> story = stage -> {
            stage.lead(1);
            stage.lose(sent -> sent.to().startsWith("c"));
            stage.append(1, 1, "x");
            stage.until(() -> stage.committed(2).id().version().seq() == 1);
            stage.loseNothing();
            stage.lead(2);
            stage.world.client(1).askAgain(2);
            assertThat(stage.answered(1)).isEqualTo(new Seen.Done(1, 0, 1, 1));
        };
        survives(story);
        isRed(Breakage.SESSIONS_NOT_REPLICATED, story);
    }

    @Test
    void selfLate_isNoPrepareBeforeTheOwnPromiseIsOnDisk() {
        survives(stage -> {
            stage.host(1).disk.slowness = 1_000;
            Stage.Kept prepares = stage.keep(sent -> sent.is(SlotMessage.Prepare.class));
            stage.tryToLead(1);
            stage.waitAWhile();
            assertThat(prepares.count()).isZero();
            stage.host(1).disk.slowness = 1;
            stage.until(() -> prepares.count() > 0);
            assertThat(stage.host(1).disk.durable().promised()).isPresent();
        });
    }
}
