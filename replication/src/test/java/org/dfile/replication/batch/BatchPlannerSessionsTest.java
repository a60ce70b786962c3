package org.dfile.replication.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dfile.replication.batch.PlannedFile.NAME;
import static org.dfile.replication.batch.PlannedFile.proposal;
import static org.dfile.replication.batch.PlannedFile.session;
import static org.dfile.replication.batch.SampleChanges.DELETE;
import static org.dfile.replication.batch.SampleChanges.append;
import static org.dfile.replication.batch.SampleChanges.refused;

import java.util.ArrayList;
import java.util.List;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Limits;
import org.dfile.model.Outcome;
import org.dfile.model.Stamp;
import org.junit.jupiter.api.Test;

/** Numbers and sessions (I8), case by case. */
final class BatchPlannerSessionsTest {

    private final PlannedFile file = new PlannedFile(new BatchLimits(16, 100, 100, 4));

    private FileState state() {
        return file.state().orElseThrow();
    }

    @Test
    void judgedFailure_ofNoFile_usesUpTheNumberAndIsStored() {
        Outcome missing = refused(new Failure.NoSuchFile(NAME));
        assertThat(file.outcome(proposal(1, 1, DELETE))).isEqualTo(missing);
        assertThat(state().exists()).isFalse();
        assertThat(state().version()).isEqualTo(new FileVersion(1, 1));
        file.outcome(proposal(2, 1, append("abc")));
        assertThat(file.step(proposal(1, 1, DELETE))).containsExactly(new Verdict.Remembered(missing));
        assertThat(file.content()).isEqualTo("abc");
    }

    @Test
    void number_executedBefore_getsItsStoredOutcome() {
        Outcome first = file.outcome(proposal(1, 1, append("abc")));
        file.outcome(proposal(1, 2, append("def")));
        assertThat(file.step(proposal(1, 1, append("abc")))).containsExactly(new Verdict.Remembered(first));
        assertThat(file.recall(new Stamp(session(1), 1, 1, FileVersion.NONE))).contains(new Verdict.Remembered(first));
        assertThat(file.recall(new Stamp(session(1), 3, 1, FileVersion.NONE))).isEmpty();
        assertThat(file.content()).isEqualTo("abcdef");
    }

    @Test
    void number_afterDelete_isStillRemembered() {
        Outcome first = file.outcome(proposal(1, 1, append("abc")));
        file.outcome(proposal(2, 1, DELETE));
        assertThat(file.step(proposal(1, 1, append("abc")))).containsExactly(new Verdict.Remembered(first));
    }

    @Test
    void number_twiceInOneBatch_isExecutedOnce() {
        List<Verdict> verdicts = file.step(proposal(1, 1, append("abc")), proposal(1, 1, append("abc")));
        assertThat(verdicts.get(0)).isInstanceOf(Verdict.Executes.class).isEqualTo(verdicts.get(1));
        assertThat(file.content()).isEqualTo("abc");
    }

    @Test
    void number_tooHigh_waitsForTheNextOne() {
        assertThat(file.step(proposal(1, 3, append("c")))).containsExactly(new Verdict.WaitsFor(1));
        assertThat(file.state()).isEmpty();
    }

    @Test
    void numbers_outOfOrder_takeEffectInOrder() {
        List<Verdict> verdicts =
                file.step(proposal(1, 3, append("c")), proposal(1, 2, append("b")), proposal(1, 1, append("a")));
        assertThat(verdicts).hasOnlyElementsOfType(Verdict.Executes.class);
        assertThat(file.content()).isEqualTo("abc");
    }

    @Test
    void numbersBelowFirst_areClosedForEver() {
        file.outcome(proposal(1, 1, append("a")));
        file.outcome(proposal(1, 5, 5, FileVersion.NONE, append("e")));
        assertThat(file.step(proposal(1, 3, 3, FileVersion.NONE, append("c"))))
                .containsExactly(new Verdict.Refused(new Failure.OutcomeClosed(NAME, 3)));
        assertThat(file.step(proposal(1, 1, append("a"))))
                .containsExactly(new Verdict.Refused(new Failure.OutcomeClosed(NAME, 1)));
        assertThat(file.content()).isEqualTo("ae");
    }

    @Test
    void numbersBelowFirst_ofOneThatWaits_areClosedToo() {
        assertThat(file.step(proposal(1, 1, append("a")), proposal(1, 5, 3, FileVersion.NONE, append("e"))))
                .containsExactly(new Verdict.Refused(new Failure.OutcomeClosed(NAME, 1)), new Verdict.WaitsFor(3));
    }

    @Test
    void outcomes_belowFirst_areForgotten() {
        for (int number = 1; number <= 5; number++) {
            file.outcome(proposal(1, number, append("x")));
        }
        file.outcome(proposal(1, 6, 4, FileVersion.NONE, append("x")));
        assertThat(state().session(session(1)).orElseThrow().outcomes()).hasSize(3);
    }

    @Test
    void outcomes_ofAFullWindow_areAllKept() {
        for (int number = 1; number <= 2 * Limits.SESSION_WINDOW; number++) {
            long first = Math.max(1, number - Limits.SESSION_WINDOW + 1);
            file.outcome(proposal(1, number, first, FileVersion.NONE, append("x")));
        }
        assertThat(state().session(session(1)).orElseThrow().outcomes()).hasSize(Limits.SESSION_WINDOW);
    }

    @Test
    void session_oneTooMany_evictsTheIdlestAndRaisesTheWatermark() {
        for (int session = 1; session <= 4; session++) {
            file.outcome(proposal(session, 1, append("x")));
        }
        file.outcome(proposal(1, 2, append("x")));
        file.outcome(proposal(5, 1, append("x")));
        assertThat(state().sessions())
                .extracting(session -> session.id().value().getLeastSignificantBits())
                .containsExactlyInAnyOrder(1L, 3L, 4L, 5L);
        assertThat(state().watermark()).isEqualTo(new FileVersion(1, 6));
        assertThat(file.batches().get(5).evicted()).containsExactly(session(2));
    }

    @Test
    void session_unknownAfterAnEviction_isAdmittedOnlyIfItKnowsTheFileAsItIs() {
        for (int session = 1; session <= 5; session++) {
            file.outcome(proposal(session, 1, append("x")));
        }
        assertThat(file.step(proposal(1, 1, append("x")), proposal(6, 1, 1, new FileVersion(1, 4), append("x"))))
                .containsOnly(new Verdict.Refused(new Failure.SessionLost(NAME, new FileVersion(1, 5))));
        assertThat(file.outcome(proposal(7, 1, 1, new FileVersion(1, 5), append("y"))))
                .isInstanceOf(Outcome.Done.class);
    }

    /** After a purge seqs begin anew: a client that knows a high one of before was taken for one that is up to date. */
    @Test
    void session_unknownAfterAnEviction_knowsAnEarlierLifeOfTheName_isNotAdmitted() {
        file.outcome(proposal(1, 1, append("x")));
        file.outcome(proposal(1, 2, new Change.Delete(Change.ANY_GENERATION)));
        for (int session = 2; session <= 5; session++) {
            file.outcome(proposal(session, 1, append("x")));
        }
        assertThat(state().watermark().generation()).isEqualTo(2);
        FileVersion stale = new FileVersion(1, state().watermark().seq() + 10);
        assertThat(file.step(proposal(1, 3, 3, stale, append("x"))))
                .containsOnly(new Verdict.Refused(new Failure.SessionLost(NAME, state().version())));
    }

    @Test
    void sessions_moreInOneBatchThanAFileRemembers_areSpreadOverBatches() {
        List<Proposal> proposals = new ArrayList<>();
        for (int session = 1; session <= 6; session++) {
            proposals.add(proposal(session, 1, append("x")));
        }
        List<Verdict> verdicts = file.step(proposals);
        assertThat(verdicts.subList(0, 4)).hasOnlyElementsOfType(Verdict.Executes.class);
        assertThat(verdicts.subList(4, 6)).containsOnly(new Verdict.NextBatch());
    }
}
