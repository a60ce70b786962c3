package org.dfile.replication.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dfile.replication.batch.PlannedFile.NAME;
import static org.dfile.replication.batch.PlannedFile.proposal;
import static org.dfile.replication.batch.PlannedFile.session;
import static org.dfile.replication.batch.SampleChanges.CREATE;
import static org.dfile.replication.batch.SampleChanges.CREATE_NEW;
import static org.dfile.replication.batch.SampleChanges.DELETE;
import static org.dfile.replication.batch.SampleChanges.append;
import static org.dfile.replication.batch.SampleChanges.bytes;
import static org.dfile.replication.batch.SampleChanges.refused;
import static org.dfile.replication.batch.SampleChanges.replace;
import static org.dfile.replication.batch.SampleChanges.write;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Limits;
import org.dfile.model.Operation;
import org.dfile.model.Outcome;
import org.dfile.model.Receipt;
import org.dfile.model.StageId;
import org.dfile.model.StagedBytes;
import org.dfile.model.Stamp;
import org.dfile.model.WriteMode;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What changes do to a file, and how they are put into batches. */
final class BatchPlannerTest {

    private final PlannedFile file = new PlannedFile(new BatchLimits(16, 100, 100, 4));

    private FileState state() {
        return file.state().orElseThrow();
    }

    @Nested
    class Changes {

        @Test
        void create_ofNoFile_beginsGenerationOne() {
            Receipt receipt = file.receipt(proposal(1, 1, CREATE_NEW));
            assertThat(receipt).isEqualTo(new Receipt(new FileVersion(1, 1), 0, 0, 0, 0, 1));
            assertThat(state().exists()).isTrue();
        }

        @Test
        void create_ofAFile_leavesItOrEmptiesItOrIsRefused() {
            file.outcome(proposal(1, 1, append("abc")));
            assertThat(file.receipt(proposal(1, 2, CREATE)).length()).isEqualTo(3);
            assertThat(file.outcome(proposal(1, 3, CREATE_NEW))).isEqualTo(refused(new Failure.FileExists(NAME)));
            assertThat(file.content()).isEqualTo("abc");
            assertThat(file.receipt(proposal(1, 4, new Change.Create(false, true)))
                            .length())
                    .isZero();
            assertThat(file.content()).isEmpty();
            assertThat(state().version().generation()).isEqualTo(1);
        }

        @Test
        void create_afterDelete_beginsAnotherGeneration() {
            file.outcome(proposal(1, 1, append("abc")));
            file.outcome(proposal(1, 2, DELETE));
            assertThat(file.receipt(proposal(1, 3, CREATE_NEW)).version()).isEqualTo(new FileVersion(2, 3));
        }

        @Test
        void write_atAnOffset_fillsTheGapWithZeros() {
            file.outcome(proposal(1, 1, CREATE));
            Receipt receipt = file.receipt(proposal(1, 2, write(1, 2, "xy")));
            assertThat(receipt)
                    .isEqualTo(
                            new Receipt(new FileVersion(1, 2), 2, 2, bytes("xy").crc32c(), 4, 1));
            assertThat(file.content()).isEqualTo("\0\0xy");
        }

        @Test
        void write_ofNothingPastTheEnd_doesNotExtend() {
            file.outcome(proposal(1, 1, CREATE));
            assertThat(file.receipt(proposal(1, 2, write(0, 9, ""))).length()).isZero();
            assertThat(file.batches().get(1).operations()).isEmpty();
        }

        @Test
        void append_withoutAFile_createsItOnlyIfAsked() {
            Change appendOnly = new Change.Append(0, false, bytes("abc"));
            assertThat(file.outcome(proposal(1, 1, appendOnly))).isEqualTo(refused(new Failure.NoSuchFile(NAME)));
            assertThat(file.outcome(proposal(1, 2, new Change.Append(7, true, bytes("abc")))))
                    .isEqualTo(refused(new Failure.NoSuchFile(NAME)));
            assertThat(file.receipt(proposal(1, 3, append("abc"))).offset()).isZero();
        }

        @Test
        void append_inOneBatch_standsBehindTheOneBefore() {
            List<Outcome> outcomes = file.outcomes(
                    proposal(1, 1, append("abc")), proposal(2, 1, append("de")), proposal(1, 2, append("f")));
            assertThat(outcomes)
                    .extracting(outcome -> ((Outcome.Done) outcome).receipt())
                    .extracting(Receipt::offset, Receipt::length)
                    .containsExactly(tuple(0, 3), tuple(3, 5), tuple(5, 6));
            assertThat(file.content()).isEqualTo("abcdef");
            assertThat(file.batches()).hasSize(1);
        }

        @Test
        void append_beyondTheLongestFile_isRefused() {
            FileState huge = new FileState(
                    new FileVersion(1, 1),
                    org.dfile.model.ChainHash.NONE,
                    true,
                    Limits.MAX_FILE_BYTES - 1,
                    Instant.EPOCH,
                    Instant.EPOCH,
                    List.of(),
                    FileVersion.NONE);
            Plan plan = new BatchPlanner(NAME, new BatchLimits(1, 1, 1, 1), 1)
                    .plan(Optional.of(huge), List.of(proposal(1, 1, append("ab"))), Instant.EPOCH, 0);
            assertThat(plan.verdicts())
                    .containsExactly(
                            new Verdict.Executes(refused(new Failure.FileTooLong(NAME, Limits.MAX_FILE_BYTES + 1))));
        }

        @Test
        void replace_ofAFile_keepsItsGeneration() {
            file.outcome(proposal(1, 1, append("abcdef")));
            Receipt receipt = file.receipt(proposal(1, 2, replace(WriteMode.REPLACE, "xy")));
            assertThat(receipt.version()).isEqualTo(new FileVersion(1, 2));
            assertThat(receipt.length()).isEqualTo(2);
            assertThat(file.content()).isEqualTo("xy");
        }

        @Test
        void replace_withTheWrongExpectation_isRefused() {
            assertThat(file.outcome(proposal(1, 1, replace(WriteMode.REPLACE_EXISTING, "a"))))
                    .isEqualTo(refused(new Failure.NoSuchFile(NAME)));
            assertThat(file.outcome(proposal(1, 2, replace(WriteMode.CREATE_NEW, "a"))))
                    .isInstanceOf(Outcome.Done.class);
            assertThat(file.outcome(proposal(1, 3, replace(WriteMode.CREATE_NEW, "b"))))
                    .isEqualTo(refused(new Failure.FileExists(NAME)));
            assertThat(file.content()).isEqualTo("a");
        }

        @Test
        void publish_ofStagedPieces_isOneWriteWithTheChecksumOfTheWhole() {
            List<StagedBytes> pieces = List.of(file.stage(bytes("abc")), file.stage(bytes("defg")));
            Change publish = new Change.Publish(WriteMode.REPLACE, new StageId(new UUID(1, 1)), 7);
            Receipt receipt =
                    file.receipt(new Proposal(new Stamp(session(1), 1, 1, FileVersion.NONE), publish, pieces));
            assertThat(receipt.crc32c()).isEqualTo(bytes("abcdefg").crc32c());
            assertThat(receipt.byteCount()).isEqualTo(7);
            assertThat(file.content()).isEqualTo("abcdefg");
            assertThat(file.batches().get(0).operations()).hasSize(2);
        }

        @Test
        void truncate_cutsAndExtends() {
            file.outcome(proposal(1, 1, append("abcdef")));
            assertThat(file.receipt(proposal(1, 2, new Change.Truncate(1, 2))).length())
                    .isEqualTo(2);
            assertThat(file.receipt(proposal(1, 3, new Change.Truncate(0, 4))).length())
                    .isEqualTo(4);
            assertThat(file.content()).isEqualTo("ab\0\0");
        }

        @Test
        void anyChange_ofAnotherGeneration_isRefusedAsReplaced() {
            file.outcomes(proposal(1, 1, append("old")), proposal(1, 2, DELETE), proposal(1, 3, append("new")));
            Outcome replaced = refused(new Failure.Replaced(NAME, 1, 2));
            assertThat(file.outcomes(
                            proposal(1, 4, write(1, 0, "x")),
                            proposal(1, 5, new Change.Append(1, true, bytes("x"))),
                            proposal(1, 6, new Change.Truncate(1, 0)),
                            proposal(1, 7, new Change.Delete(1))))
                    .containsOnly(replaced);
            assertThat(file.content()).isEqualTo("new");
        }

        @Test
        void anyChange_ofADeletedFile_isRefusedAsMissing() {
            file.outcomes(proposal(1, 1, append("old")), proposal(1, 2, DELETE));
            assertThat(file.outcomes(
                            proposal(1, 3, write(1, 0, "x")),
                            proposal(1, 4, new Change.Truncate(0, 0)),
                            proposal(1, 5, DELETE)))
                    .containsOnly(refused(new Failure.NoSuchFile(NAME)));
        }

        @Test
        void everyBatch_createsFirstAndDeletesLast() {
            file.outcomes(
                    proposal(1, 1, append("a")),
                    proposal(1, 2, DELETE),
                    proposal(1, 3, write(0, 0, "refused")),
                    proposal(1, 4, append("b")),
                    proposal(1, 5, DELETE),
                    proposal(1, 6, CREATE_NEW));
            assertThat(file.batches())
                    .extracting(batch -> batch.version().generation())
                    .containsExactly(1L, 2L, 3L);
            assertThat(file.batches().get(1).operations())
                    .hasSize(3)
                    .startsWith(new Operation.Create())
                    .endsWith(new Operation.Delete());
        }
    }

    @Nested
    class Batches {

        @Test
        void batch_atItsLimitOfChanges_leavesTheRestForTheNext() {
            List<Proposal> proposals = new ArrayList<>();
            for (int number = 1; number <= 20; number++) {
                proposals.add(proposal(1, number, append("x")));
            }
            List<Verdict> verdicts = file.step(proposals);
            assertThat(verdicts.subList(0, 16)).hasOnlyElementsOfType(Verdict.Executes.class);
            assertThat(verdicts.subList(16, 20)).containsOnly(new Verdict.NextBatch());
        }

        @Test
        void batch_atItsLimitOfBytes_leavesTheRestForTheNext() {
            String half = "x".repeat(50);
            assertThat(file.step(
                            proposal(1, 1, append(half)), proposal(1, 2, append(half)), proposal(1, 3, append("x"))))
                    .last()
                    .isEqualTo(new Verdict.NextBatch());
        }

        @Test
        void batch_ofOneChangeOverTheLimit_isMade() {
            assertThat(file.outcome(proposal(1, 1, append("x".repeat(1_000))))).isInstanceOf(Outcome.Done.class);
        }

        @Test
        void batch_withNothingToExecute_isNotMade() {
            file.outcome(proposal(1, 1, append("x")));
            file.step(proposal(1, 1, append("x")), proposal(1, 9, append("x")));
            assertThat(file.batches()).hasSize(1);
        }

        @Test
        void hash_dependsOnHistoryTimeAndBytes() {
            PlannedFile same = new PlannedFile(new BatchLimits(16, 100, 100, 4));
            PlannedFile other = new PlannedFile(new BatchLimits(16, 100, 100, 4));
            file.outcome(proposal(1, 1, append("abc")));
            same.outcome(proposal(1, 1, append("abc")));
            other.outcome(proposal(1, 1, append("abd")));
            assertThat(state().hash()).isEqualTo(same.state().orElseThrow().hash());
            assertThat(state().hash()).isNotEqualTo(other.state().orElseThrow().hash());
            file.outcome(proposal(1, 2, append("x")));
            other.outcome(proposal(1, 2, append("x")));
            assertThat(state().hash()).isNotEqualTo(other.state().orElseThrow().hash());
        }

        @Test
        void hash_isTheOneOfTheGoldenEncoding() {
            file.outcomes(proposal(1, 1, append("abc")), proposal(2, 1, write(0, 1, "zz")), proposal(1, 2, DELETE));
            file.outcomes(proposal(2, 2, write(0, 0, "refused")), proposal(3, 1, new Change.Truncate(0, 7)));
            assertThat(state().hash().hex())
                    .isEqualTo("4f1cd4bb8c5254237d92dd1ba606944278be2e0639de5f28ac503b2a591fb1d4");
        }
    }

    private static org.assertj.core.groups.Tuple tuple(long offset, long length) {
        return org.assertj.core.groups.Tuple.tuple(offset, length);
    }
}
