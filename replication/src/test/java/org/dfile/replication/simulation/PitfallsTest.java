package org.dfile.replication.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.dfile.model.Change;
import org.dfile.model.WriteMode;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.SlotMessage;
import org.dfile.replication.history.Seen;
import org.junit.jupiter.api.Test;

/** What replicated stores are known to get wrong, each told as a story. */
final class PitfallsTest {

    private final Stage stage = new Stage(3);

    /** 1: paused between the confirmation of a read and its answer; another host writes meanwhile. */
    @Test
    void pausedCoordinator_answersAReadFromWhenItWasConfirmed_andNoLaterOne() {
        stage.lead(1);
        stage.appended(1, 1, "a");
        Stage.Kept confirmed = stage.keep(sent -> sent.isTo(1) && sent.is(SlotMessage.Confirmed.class));
        stage.read(2, 1);
        stage.until(() -> confirmed.count() > 0);
        stage.host(1).pause();
        confirmed.release();
        stage.lead(2);
        stage.appended(3, 2, "b");
        stage.read(4, 1);
        stage.waitAWhile();
        stage.host(1).resume();

        assertThat(Stage.text(stage.answered(2))).isEqualTo("a");
        stage.waitAWhile();
        if (!stage.world.client(4).isIdle()) {
            stage.world.client(4).askAgain(2);
        }
        assertThat(Stage.text(stage.answered(4))).isEqualTo("ab");
        stage.end();
    }

    /** 2: accepted by one replica alone; the coordinator dies and the other two go on. */
    @Test
    void batchOfOneReplica_whenTheOthersHaveGoneOn_isDropped() {
        stage.lead(1);
        stage.appended(1, 1, "a");
        stage.waitAWhile();
        stage.lose(sent -> sent.isFrom(1) && sent.is(FileMessage.Accept.class));
        stage.append(1, 1, "x");
        stage.until(() -> stage.hasPending(1));
        stage.host(1).crash();
        stage.loseNothing();
        stage.lead(2);
        assertThat(stage.appended(2, 2, "b")).isInstanceOf(Seen.Done.class);
        stage.host(1).boot();
        stage.world.client(1).giveUp();
        stage.end();

        assertThat(stage.content(1)).startsWith("ab").doesNotContain("x");
        assertThat(stage.hasPending(1)).isFalse();
    }

    /** 2, the other way: the batch of one replica is found again, and kept. */
    @Test
    void batchOfOneReplica_foundByTheNextCoordinator_isProposedAgain() {
        stage.lead(1);
        stage.appended(1, 1, "a");
        stage.waitAWhile();
        stage.lose(sent -> sent.isFrom(1) && sent.isTo(3) && sent.is(FileMessage.Accept.class));
        stage.lose(sent -> sent.is(FileMessage.Accepted.class));
        stage.append(1, 1, "x");
        stage.until(() -> stage.hasPending(2));
        stage.host(1).crash();
        stage.loseNothing();
        stage.lead(3);

        assertThat(stage.reads(2, 3)).isEqualTo("ax");
        stage.end();
    }

    /** 3: a client asks another host while its first request is still under way. */
    @Test
    void requestAtTwoHosts_bothProposed_takesEffectOnce() {
        stage.lead(1);
        stage.appended(2, 1, "a");
        stage.lose(sent -> sent.isFrom(1) && sent.is(FileMessage.Accept.class));
        stage.append(1, 1, "x");
        stage.until(() -> stage.hasPending(1));
        stage.loseNothing();
        stage.isolate(1);
        stage.lead(2);
        stage.world.client(1).askAgain(2);
        Seen seen = stage.answered(1);

        assertThat(seen).isEqualTo(new Seen.Done(1, 1, 1, 2));
        assertThat(stage.reads(3, 2)).isEqualTo("ax");
        stage.end();
        assertThat(stage.content(1)).startsWith("ax").doesNotContain("xx");
    }

    /** 3: the answer is lost; the repetition at another host is told what was decided then. */
    @Test
    void repetition_atAnotherHost_isToldTheFirstOutcome() {
        stage.lead(1);
        stage.lose(sent -> sent.to().equals("c1"));
        stage.append(1, 1, "x");
        stage.until(() -> stage.committed(2).id().version().seq() == 1);
        stage.appended(2, 1, "y");
        stage.loseNothing();
        stage.lead(2);
        stage.world.client(1).askAgain(2);

        assertThat(stage.answered(1)).isEqualTo(new Seen.Done(1, 0, 1, 1));
        stage.end();
    }

    /** 4: the power of all hosts fails after an acknowledgement, and one disk does not come back. */
    @Test
    void powerFailureOfAll_withOneDiskLost_losesNothingAcknowledged() {
        stage.lead(1);
        assertThat(stage.appended(1, 1, "a")).isInstanceOf(Seen.Done.class);
        stage.world.hosts.forEach(SimHost::crash);
        stage.host(1).wipe();
        stage.world.hosts.forEach(SimHost::boot);
        stage.until(() -> !stage.host(1).isAmnesiac());
        stage.host(3).crash();
        stage.lead(2);

        assertThat(stage.reads(2, 2)).isEqualTo("a");
        stage.end();
    }

    /** 5: a disk is lost, and another host dies before the first is back: nobody answers. */
    @Test
    void wipedHost_whileAnotherIsDown_doesNotAnswer() {
        stage.lead(1);
        stage.lose(sent -> sent.isTo(3) && sent.is(FileMessage.class));
        stage.appended(1, 1, "a");
        stage.host(1).wipe();
        stage.host(2).crash();
        stage.loseNothing();
        stage.host(1).boot();
        stage.world.allowElections();
        stage.append(2, 3, "b");
        stage.read(3, 1);
        stage.waitAWhile();
        stage.waitAWhile();

        assertThat(stage.host(1).isAmnesiac()).isTrue();
        assertThat(stage.world.client(2).isIdle()).isFalse();
        assertThat(stage.world.client(3).isIdle()).isFalse();
        stage.host(2).boot();
        stage.until(() -> !stage.host(1).isAmnesiac());
        stage.world.client(2).askAgain(3);
        stage.world.client(3).askAgain(1);
        assertThat(stage.answered(2)).isEqualTo(new Seen.Done(1, 1, 1, 2));
        assertThat(Stage.text(stage.answered(3))).startsWith("a");
        stage.end();
    }

    /** 6: the record of a promise rots on one replica while another one is cut off. */
    @Test
    void rottenPromise_whileAnotherIsCutOff_stopsTheSlotUntilAllAgree() {
        stage.lead(1);
        stage.appended(1, 1, "a");
        stage.lead(2);
        stage.waitAWhile();
        stage.isolate(2);
        stage.host(3).rotSlot();
        stage.host(3).boot();
        stage.tryToLead(1);
        stage.append(1, 1, "b");
        stage.waitAWhile();

        assertThat(stage.process(1).leadership.isLed()).isFalse();
        assertThat(stage.world.client(1).isIdle()).isFalse();
        assertThat(stage.host(3).isAmnesiac()).isTrue();
        stage.end();
        assertThat(stage.content(3)).startsWith("a").contains("b");
    }

    /** 7: no room on a majority: reads go on, writes wait and are not half done. */
    @Test
    void fullDisksOfAMajority_leaveReadsAndPromises() {
        stage.lead(1);
        stage.appended(1, 1, "a");
        stage.host(2).disk.full = true;
        stage.host(3).disk.full = true;
        stage.append(1, 1, "b");
        stage.waitAWhile();
        assertThat(stage.world.client(1).isIdle()).isFalse();

        assertThat(stage.reads(2, 1)).isEqualTo("a");
        stage.lead(2);
        stage.host(3).disk.full = false;
        assertThat(stage.reads(3, 2)).startsWith("a");
        stage.end();
    }

    /** 7: no room at the coordinator alone: the others accept. */
    @Test
    void fullDiskOfTheCoordinator_doesNotStopTheOthers() {
        stage.lead(1);
        stage.appended(1, 1, "a");
        stage.world.allowElections();
        stage.host(1).disk.full = true;

        assertThat(stage.appended(1, 1, "b")).isEqualTo(new Seen.Done(1, 1, 1, 2));
        assertThat(stage.appended(2, 1, "c")).isEqualTo(new Seen.Done(1, 2, 1, 3));
        assertThat(stage.reads(3, 1)).isEqualTo("abc");
        stage.end();
    }

    /** 8: two hosts do not hear each other, both hear the third. */
    @Test
    void partialPartition_comesToAnEndWithoutHealing() {
        stage.world.allowElections();
        stage.append(1, 1, "a");
        stage.answered(1);
        stage.cut(1, 2);
        for (int round = 0; round < 10; round++) {
            stage.append(1, 1 + round % 3, "b");
            stage.append(2, 1 + (round + 1) % 3, "c");
            assertThat(stage.answered(1)).isInstanceOf(Seen.Done.class);
            assertThat(stage.answered(2)).isInstanceOf(Seen.Done.class);
        }
        stage.end();
    }

    /** 10: a host that missed a deletion comes back, after the name was created anew. */
    @Test
    void hostThatMissedADeletion_bringsNothingBack() {
        stage.lead(1);
        stage.appended(1, 1, "old");
        stage.waitAWhile();
        stage.host(3).crash();
        stage.call(1, 1, new Change.Delete(0));
        stage.answered(1);
        assertThat(stage.reads(2, 1)).isEqualTo(new Seen.Absent().toString());
        stage.call(1, 1, new Change.Replace(WriteMode.CREATE_NEW, Stage.bytes("new")));
        assertThat(stage.answered(1)).isEqualTo(new Seen.Done(2, 0, 3, 3));
        stage.host(3).boot();
        stage.host(1).crash();
        stage.lead(3);

        assertThat(stage.reads(2, 3)).isEqualTo("new");
        stage.end();
        assertThat(stage.content(3)).startsWith("new").doesNotContain("old");
    }

    /** 11: a replica catches up while appends go on. */
    @Test
    void replicaBehind_catchesUpWhileAppendsGoOn() {
        stage.lead(1);
        stage.host(3).crash();
        for (int i = 0; i < 5; i++) {
            stage.appended(1, 1, "a");
        }
        stage.host(3).boot();
        for (int i = 0; i < 5; i++) {
            stage.appended(1, 1, "b");
            stage.appended(2, 1, "c");
        }

        assertThat(stage.committed(3).id().version().seq()).isGreaterThan(5);
        stage.end();
    }

    /** 12: the coordinator's own disk is slow: an answer needs a majority, not this one. */
    @Test
    void slowDiskOfTheCoordinator_doesNotDelayAnswers() {
        stage.lead(1);
        stage.appended(1, 1, "a");
        stage.waitAWhile();
        stage.host(1).disk.slowness = 10_000;
        long begun = stage.world.agenda.now();
        assertThat(stage.appended(1, 1, "b")).isInstanceOf(Seen.Done.class);

        assertThat(stage.world.agenda.now() - begun).isLessThan(1_000_000);
        assertThat(Objects.requireNonNull(stage.process(1).slot.leads().orElse(null))
                        .host())
                .isEqualTo(stage.host(1).id);
        stage.host(1).disk.slowness = 1;
        stage.end();
    }
}
