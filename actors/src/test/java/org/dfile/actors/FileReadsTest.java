package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.dfile.actors.Node.A;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.dfile.actors.memory.MemoryLimit;
import org.dfile.actors.slots.SlotsMessage;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.Failure;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.store.CorruptDataException;
import org.dfile.store.VolumeIdentity;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A read goes to the disk while it waits for its confirmation; what it saw counts only if that is what was confirmed (I7). */
class FileReadsTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final FileVersion FIRST = new FileVersion(1, 1);
    private static final FileVersion SECOND = new FileVersion(1, 2);

    private final ControlledStore store = new ControlledStore(new VolumeIdentity(Node.CLUSTER, Node.SELF, Node.VOLUME));
    private final ExecutorService io = Executors.newFixedThreadPool(2);
    private final TestProbe<FileReply> replies = KIT.createTestProbe();
    private final TestProbe<FileServerMessage> server = KIT.createTestProbe();
    private final TestProbe<SlotsMessage> slots = KIT.createTestProbe();
    private final MemoryLimit inFlight = new MemoryLimit(1 << 20);
    private final FileReads reads = new FileReads(
            A,
            FileEnvironments.alone(
                    "max-reads-per-file = 3", store, io, server.getRef(), slots.getRef(), Node.NO_LINKS));

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @AfterEach
    void close() throws Exception {
        io.shutdown();
        assertThat(io.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        store.close();
    }

    /** Makes the next state of the file, with this content. */
    private void write(FileVersion version, String text) throws Exception {
        Bytes bytes = Bytes.of(text.getBytes(StandardCharsets.ISO_8859_1));
        List<Operation> operations = version.seq() == 1
                ? List.of(new Operation.Create(), new Operation.WriteInline(0, bytes))
                : List.of(new Operation.WriteInline(0, bytes));
        ChainHash hash = new ChainHash(String.format("%064x", version.seq()));
        Batch batch = new Batch(version, hash, Instant.EPOCH, operations, List.of(), List.of(), FileVersion.NONE);
        FileVersion before = version.seq() == 1 ? FileVersion.NONE : FIRST;
        store.store().apply(A, before, batch).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private long read() {
        FileRequest.Read request = new FileRequest.Read(7, Node.ALONE.id(), A, 0, 0, 100, replies.getRef());
        return reads.add(new Accepted(request, inFlight.open(), false)).orElseThrow();
    }

    private int diskReads() {
        return store.calls(ControlledStore.Call.read);
    }

    private String answer() {
        FileReply.Contents contents = replies.expectMessageClass(FileReply.Contents.class, Duration.ofSeconds(20));
        return Node.text(contents.bytes());
    }

    @Test
    void stateSeenIsTheConfirmedOne_isAnsweredWithoutAnotherLook() throws Exception {
        write(FIRST, "one");
        long read = read();
        await().until(() -> diskReads() == 1);
        replies.expectNoMessage(Duration.ofMillis(100)); // not before it is confirmed
        reads.answer(read, FIRST);
        assertThat(answer()).isEqualTo("one");
        assertThat(diskReads()).isEqualTo(1);
        await().until(reads::none);
    }

    @Test
    void stateChangedBeforeTheConfirmation_isReadAgain() throws Exception {
        write(FIRST, "one");
        long read = read();
        await().until(() -> diskReads() == 1);
        write(SECOND, "two");
        reads.answer(read, SECOND);
        assertThat(answer()).isEqualTo("two");
        assertThat(diskReads()).isEqualTo(2);
    }

    @Test
    void confirmationComesFirst_isAnsweredWhenTheDiskHasRead() throws Exception {
        write(FIRST, "one");
        CountDownLatch disk = store.holdReads();
        AtomicInteger none = new AtomicInteger();
        reads.whenNone(none::incrementAndGet);
        reads.answer(read(), FIRST);
        replies.expectNoMessage(Duration.ofMillis(100));
        assertThat(reads.none()).isFalse();
        disk.countDown();
        assertThat(answer()).isEqualTo("one");
        await().until(reads::none);
        assertThat(none.get()).isPositive();
    }

    @Test
    void damagedBytes_areToldOnce() throws Exception {
        write(FIRST, "one");
        store.failNext(ControlledStore.Call.read, new CorruptDataException("rotten", 0));
        store.failNext(ControlledStore.Call.read, new CorruptDataException("rotten", 0));
        reads.answer(read(), FIRST);
        FileReply.Failed failed = replies.expectMessageClass(FileReply.Failed.class, Duration.ofSeconds(20));
        assertThat(failed.failure()).isInstanceOf(Failure.CorruptData.class);
        assertThat(diskReads()).isEqualTo(2);
        server.expectMessageClass(FileServerMessage.Trouble.class);
        server.expectNoMessage(Duration.ofMillis(100));
    }

    /** A file with damage was written anew; a read called after that went to the disk before the new state was there. */
    @Test
    void damageOfAStateThatWasReplacedMeanwhile_isNotTold() throws Exception {
        write(FIRST, "one");
        store.failNext(ControlledStore.Call.read, new CorruptDataException("rotten", 0));
        long read = read();
        await().until(() -> diskReads() == 1);
        write(SECOND, "two");
        reads.answer(read, SECOND);
        assertThat(answer()).isEqualTo("two");
        server.expectNoMessage(Duration.ofMillis(100));
    }

    /** Another host answers it; what the disk says then is nobody's. */
    @Test
    void givenUpWhileTheDiskReads_isNotAnsweredHere() throws Exception {
        write(FIRST, "one");
        CountDownLatch disk = store.holdReads();
        long read = read();
        assertThat(reads.takeWaiting()).containsOnlyKeys(read);
        reads.answer(read, FIRST);
        disk.countDown();
        await().until(reads::none);
        replies.expectNoMessage(Duration.ofMillis(100));
    }
}
