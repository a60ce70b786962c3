package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.dfile.client.DFile;
import org.dfile.client.DFileException;
import org.dfile.client.DFileSystem;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.Host;
import org.dfile.model.Limits;
import org.dfile.model.ListId;
import org.dfile.model.Receipt;
import org.dfile.model.SessionId;
import org.dfile.model.StageId;
import org.dfile.model.Stamp;
import org.dfile.model.WriteMode;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.NodePaths;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that are not those their checksum was taken of: refused, never stored. */
final class ChecksumTest {

    private static JvmCluster cluster;
    private static DFileSystem files;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        cluster = JvmCluster.start(folder, 3);
        files = cluster.client();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** Damaged on the way, or by a peer that reckons wrongly: the message itself says what it should be. */
    @Test
    void aMessage_withAWrongChecksum_isRefused() {
        Bytes wrong = Bytes.received(ByteBuffer.wrap(new byte[] {1, 2, 3}), 4711);
        FileName name = FileName.of("checksum/message");
        ListId list = cluster.list().id();
        Stamp stamp = new Stamp(new SessionId(UUID.randomUUID()), 1, 1, FileVersion.NONE);
        try (RawClient raw = RawClient.start()) {
            Host host = files.where(name.toString()).get(0);
            FileReply applied = raw.ask(
                    host,
                    NodePaths.FILES,
                    replyTo -> new FileRequest.Apply(7, list, name, stamp, new Change.Append(0, true, wrong), replyTo));
            assertThat(applied).isInstanceOfSatisfying(FileReply.Failed.class, failed -> {
                assertThat(failed.id()).isEqualTo(7);
                assertThat(failed.failure()).isInstanceOf(Failure.ChecksumMismatch.class);
            });
            FileReply staged = raw.ask(
                    host,
                    NodePaths.BULK,
                    replyTo -> new FileRequest.Stage(8, list, name, new StageId(UUID.randomUUID()), 0, wrong, replyTo));
            assertThat(staged)
                    .isInstanceOfSatisfying(
                            FileReply.Failed.class,
                            failed -> assertThat(failed.failure()).isInstanceOf(Failure.ChecksumMismatch.class));
        }
        assertThat(Stages.get(files.exists(name.toString()))).isFalse();
    }

    /** More changes than may be under way: the last one is still here when its buffer changes. */
    @Test
    void aBuffer_changedBeforeItIsSent_isRefusedAndTheOthersAreStored() {
        DFile file = Stages.get(files.open("checksum/changed", "w"));
        List<CompletionStage<Receipt>> appends = new ArrayList<>();
        byte[] mine = new byte[1_000];
        for (int i = 0; i < 3 * Limits.SESSION_WINDOW; i++) {
            appends.add(file.append(ByteBuffer.wrap(new byte[1_000])));
        }
        CompletionStage<Receipt> changed = file.append(ByteBuffer.wrap(mine));
        mine[999] = 1;
        Stages.failure(changed, Failure.ChecksumMismatch.class);
        Stages.getAll(appends);
        assertThat(Stages.get(files.readAll("checksum/changed"))).isEqualTo(new byte[1_000 * appends.size()]);
        Stages.get(file.append(ByteBuffer.wrap(mine)));
        assertThat(Stages.get(file.size())).isEqualTo(1_000L * (appends.size() + 1));
    }

    /** The end of a long write waits for its turn while the caller changes it. */
    @Test
    void aLongBuffer_changedWhileItIsSent_isNeverStoredChanged() {
        byte[] content = Seeds.bytes(new SplittableRandom(2), 40 << 20);
        byte[] original = content.clone();
        Stages.get(files.write("checksum/long", "old".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        CompletionStage<Receipt> write = files.write("checksum/long", ByteBuffer.wrap(content), WriteMode.REPLACE);
        content[content.length - 1]++;
        Failure failure = outcome(write);
        byte[] stored = Stages.get(files.readAll("checksum/long"));
        if (failure == null) {
            assertThat(stored).isEqualTo(original);
        } else {
            assertThat(failure).isInstanceOf(Failure.ChecksumMismatch.class);
            assertThat(stored).asString().isEqualTo("old");
        }
    }

    private static @org.jspecify.annotations.Nullable Failure outcome(CompletionStage<?> stage) {
        return Stages.get(stage.handle((value, error) -> java.util.Optional.ofNullable(error)))
                .flatMap(DFileException::failureOf)
                .orElse(null);
    }
}
