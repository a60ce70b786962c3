package org.dfile.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dfile.store.TestVolume.KIB;
import static org.dfile.store.TestVolume.MIB;
import static org.dfile.store.TestVolume.batch;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.model.Outcome;
import org.dfile.model.Receipt;
import org.dfile.model.Session;
import org.dfile.model.SessionId;
import org.dfile.model.StagedBytes;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** How files of a {@link FileStore} change, method by method. */
class FileStoreTest extends FileStoreTestCase {

    @Nested
    class State {
        @Test
        void state_nameNeverCreated_empty() throws Exception {
            assertThat(volume.store.state(NAME)).isEmpty();
        }

        @Test
        void state_created_isWhatTheBatchSays() throws Exception {
            FileState applied = volume.create(NAME, bytes("hello"));

            FileVersion version = new FileVersion(1, 1);
            assertThat(applied)
                    .isEqualTo(new FileState(
                            version,
                            TestVolume.hash(version),
                            true,
                            5,
                            TestVolume.TIME,
                            TestVolume.TIME,
                            List.of(),
                            FileVersion.NONE));
            assertThat(volume.store.state(NAME)).contains(applied);
        }

        @Test
        void state_deleted_tombstoneKeepsVersionAndHash() throws Exception {
            volume.create(NAME, bytes("hello"));
            FileState deleted = volume.apply(NAME, new Operation.Delete());

            assertThat(deleted.exists()).isFalse();
            assertThat(deleted.length()).isZero();
            assertThat(deleted.version()).isEqualTo(new FileVersion(1, 2));
            assertThat(deleted.hash()).isEqualTo(TestVolume.hash(deleted.version()));
            assertThat(volume.store.state(NAME)).contains(deleted);
        }

        @Test
        void state_createdAgain_newGenerationOfLengthZero() throws Exception {
            volume.create(NAME, random(100_000));
            volume.apply(NAME, new Operation.Delete());
            FileState again = volume.apply(NAME, new Operation.Create());

            assertThat(again.version()).isEqualTo(new FileVersion(2, 3));
            assertThat(again.length()).isZero();
            volume.apply(NAME, new Operation.Truncate(10));
            assertThat(volume.readAll(NAME)).isEqualTo(new byte[10]);
        }

        @Test
        void state_sessions_areKeptEvictedAndOrderedByUse() throws Exception {
            Session first = session(1, 5, new Outcome.Done(new Receipt(new FileVersion(1, 1), 2, 3, 4, 5, 6)));
            Session second = session(
                    2,
                    4,
                    new Outcome.Refused(new Failure.FileExists(NAME)),
                    new Outcome.Refused(new Failure.NoSuchFile(NAME)),
                    new Outcome.Refused(new Failure.Replaced(NAME, 7, 8)),
                    new Outcome.Refused(new Failure.FileTooLong(NAME, 9)));
            FileState state = applySessions(FileVersion.NONE, List.of(first, second), List.of(), FileVersion.NONE);

            assertThat(state.exists()).isFalse();
            assertThat(state.version()).isEqualTo(new FileVersion(1, 1));
            assertThat(state.sessions()).containsExactly(second, first);
            volume.reopen();
            assertThat(volume.store.state(NAME)).contains(state);

            FileState after = applySessions(state.version(), List.of(), List.of(second.id()), new FileVersion(1, 2));
            assertThat(after.sessions()).containsExactly(first);
            assertThat(after.watermark()).isEqualTo(after.version());
            assertThat(volume.store.state(NAME)).contains(after);
        }

        @Test
        void state_deletedAndCreatedAgain_keepsSessions() throws Exception {
            Session session = session(1, 1);
            volume.create(NAME, bytes("x"));
            applySessions(new FileVersion(1, 1), List.of(session), List.of(), FileVersion.NONE);
            assertThat(volume.apply(NAME, new Operation.Delete()).sessions()).containsExactly(session);
            assertThat(volume.apply(NAME, new Operation.Create()).sessions()).containsExactly(session);
        }

        private Session session(long id, long usedSeq, Outcome... outcomes) {
            return new Session(new SessionId(new UUID(id, id)), 10, List.of(outcomes), usedSeq);
        }

        private FileState applySessions(
                FileVersion before, List<Session> sessions, List<SessionId> evicted, FileVersion watermark)
                throws Exception {
            long generation = before.equals(FileVersion.NONE) ? 1 : before.generation();
            FileVersion next = new FileVersion(generation, before.seq() + 1);
            Batch batch = new Batch(next, ChainHash.NONE, TestVolume.TIME, List.of(), sessions, evicted, watermark);
            return TestVolume.await(volume.store.apply(NAME, before, batch));
        }
    }

    @Nested
    class Apply {
        @Test
        void apply_otherExpectedVersion_conflictAndNothingChanged() throws Exception {
            FileState state = volume.create(NAME, bytes("hello"));
            FileVersion wrong = new FileVersion(1, 7);

            assertThatThrownBy(() ->
                            TestVolume.await(volume.store.apply(NAME, wrong, batch(wrong, new Operation.Delete()))))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("1.1")
                    .hasMessageContaining("1.7");
            assertThat(volume.store.state(NAME)).contains(state);
        }

        @Test
        void apply_anotherOfTheNameUnderWay_oneWinsAndTheOthersConflict() throws Exception {
            volume.create(NAME, new byte[0]);
            FileVersion before = new FileVersion(1, 1);
            List<CompletionStage<FileState>> stages = IntStream.range(0, 50)
                    .mapToObj(i -> volume.store.apply(NAME, before, batch(before, write(0, bytes("w" + i)))))
                    .toList();
            int won = 0;
            for (CompletionStage<FileState> stage : stages) {
                try {
                    TestVolume.await(stage);
                    won++;
                } catch (ConflictException e) {
                    assertThat(e).hasMessageContaining(NAME.toString());
                }
            }
            assertThat(won).isEqualTo(1);
            assertThat(volume.version(NAME)).isEqualTo(new FileVersion(1, 2));
        }

        @Test
        void apply_batchThatDoesNotFollow_isRefusedAsMistake() throws Exception {
            volume.create(NAME, bytes("hello"));
            FileVersion before = new FileVersion(1, 1);

            assertThatThrownBy(() -> volume.store.apply(NAME, before, batch(new FileVersion(1, 2))))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> volume.store.apply(NAME, before, batch(before, new Operation.Create())))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() ->
                            volume.store.apply(OTHER, FileVersion.NONE, batch(FileVersion.NONE, write(0, bytes("x")))))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(volume.apply(NAME, write(0, bytes("J"))).version()).isEqualTo(new FileVersion(1, 2));
        }

        @Test
        void apply_changedBytes_badChecksumAndNothingChanged() throws Exception {
            FileState state = volume.create(NAME, bytes("hello"));
            byte[] buffer = bytes("changed");
            Bytes bytes = Bytes.of(buffer);
            buffer[0] = 'C';

            assertThatThrownBy(() -> volume.apply(NAME, new Operation.WriteInline(0, bytes)))
                    .isInstanceOf(BadChecksumException.class);
            assertThat(volume.store.state(NAME)).contains(state);
            assertThat(volume.readAll(NAME)).isEqualTo(bytes("hello"));
        }

        @Test
        void apply_severalOperations_takeEffectInOrder() throws Exception {
            volume.create(NAME, bytes("0123456789"));
            volume.apply(
                    NAME,
                    write(2, bytes("ab")),
                    new Operation.Truncate(3),
                    write(5, bytes("z")),
                    new Operation.Truncate(8));
            assertThat(volume.readAll(NAME)).isEqualTo(bytes("01a\0\0z\0\0"));

            volume.apply(NAME, new Operation.Delete(), new Operation.Create(), write(1, bytes("n")));
            assertThat(volume.readAll(NAME)).isEqualTo(bytes("\0n"));
            assertThat(volume.version(NAME).generation()).isEqualTo(2);
        }

        @Test
        void apply_completed_theNextOneIsAcceptedAtOnce() throws Exception {
            volume.create(NAME, new byte[0]);
            CompletionStage<FileState> chain =
                    volume.store.apply(NAME, new FileVersion(1, 1), batch(new FileVersion(1, 1), write(0, bytes("a"))));
            for (int i = 0; i < 20; i++) {
                chain = chain.thenCompose(state ->
                        volume.store.apply(NAME, state.version(), batch(state.version(), write(0, bytes("b")))));
            }
            assertThat(TestVolume.await(chain).version()).isEqualTo(new FileVersion(1, 22));
        }
    }

    @Nested
    class Stage {
        @Test
        void stage_applied_bytesAreThere() throws Exception {
            for (int byteCount : new int[] {0, 1, 64 * KIB, 64 * KIB + 1, 5 * MIB / 2}) {
                FileName name = FileName.of("f" + byteCount);
                byte[] content = random(byteCount);
                volume.apply(name, new Operation.Create(), new Operation.WriteStaged(0, volume.stage(content)));
                assertThat(volume.readAll(name)).isEqualTo(content);
            }
        }

        @Test
        void stage_moreSmallPiecesThanFitInMemory_goToDataFiles() throws Exception {
            byte[] content = random(40 * KIB * 20);
            List<StagedBytes> pieces = IntStream.range(0, 20)
                    .mapToObj(i -> Arrays.copyOfRange(content, i * 40 * KIB, (i + 1) * 40 * KIB))
                    .map(this::stage)
                    .toList();
            volume.apply(NAME, new Operation.Create(), new Operation.WriteStaged(0, pieces));
            assertThat(volume.readAll(NAME)).isEqualTo(content);
        }

        private StagedBytes stage(byte[] bytes) {
            try {
                return volume.store.stage(Bytes.of(bytes));
            } catch (StoreException e) {
                throw new AssertionError(e);
            }
        }

        @Test
        void stage_directBuffer_isTaken() throws Exception {
            byte[] content = random(100_000);
            ByteBuffer direct =
                    ByteBuffer.allocateDirect(content.length).put(content).flip();
            StagedBytes staged = volume.store.stage(Bytes.of(direct));
            volume.apply(NAME, new Operation.Create(), new Operation.WriteStaged(7, List.of(staged)));
            assertThat(volume.read(NAME, 7, 200_000)).isEqualTo(content);
        }

        @Test
        void stage_changedBytes_badChecksum() {
            for (int byteCount : new int[] {10, MIB}) {
                Bytes bytes = Bytes.received(ByteBuffer.allocate(byteCount), 12345);
                assertThatThrownBy(() -> volume.store.stage(bytes)).isInstanceOf(BadChecksumException.class);
            }
        }

        @Test
        void stage_afterConflict_stillUsableAndReleasable() throws Exception {
            volume.create(NAME, new byte[0]);
            byte[] content = random(100_000);
            List<StagedBytes> staged = volume.stage(content);
            FileVersion wrong = new FileVersion(1, 9);
            assertThatThrownBy(() -> TestVolume.await(
                            volume.store.apply(NAME, wrong, batch(wrong, new Operation.WriteStaged(0, staged)))))
                    .isInstanceOf(ConflictException.class);

            volume.apply(NAME, new Operation.WriteStaged(0, staged));
            staged.forEach(volume.store::release);
            staged.forEach(volume.store::release);
            assertThat(volume.readAll(NAME)).isEqualTo(content);
        }

        @Test
        void stage_releasedOrAppliedBefore_applyingIsRefusedAsMistake() throws Exception {
            volume.create(NAME, new byte[0]);
            List<StagedBytes> staged = volume.stage(random(100_000));
            staged.forEach(volume.store::release);
            staged.forEach(volume.store::release);
            assertThatThrownBy(() -> volume.apply(NAME, new Operation.WriteStaged(0, staged)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(volume.readAll(NAME)).isEmpty();
        }
    }
}
