package org.dfile.actors.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.awaitility.Awaitility;
import org.dfile.model.Bytes;
import org.dfile.model.Operation;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.protocol.peer.TransferReply;
import org.junit.jupiter.api.Test;

/** What a host gives to others. */
class TransferSourceTest extends TransferTestCase {

    private final TestProbe<TransferReply> probe = kit.createTestProbe();

    private FilePeerMessage.OpenTransfer open(UUID id, StateId state) {
        return new FilePeerMessage.OpenTransfer(
                LIST, here.id, Replica.NAME, id, FilePeerMessage.OpenTransfer.Kind.STATE, state, probe.ref());
    }

    private FilePeerMessage.ReadTransfer read(UUID id, int part, long offset, int byteCount) {
        return new FilePeerMessage.ReadTransfer(LIST, here.id, Replica.NAME, id, part, offset, byteCount, probe.ref());
    }

    @Test
    void openAskedForTwice_isOneTransfer() throws Exception {
        StateId id = commit(content(10));
        UUID transfer = UUID.randomUUID();
        for (int i = 0; i < 3; i++) {
            source.take(open(transfer, id));
            probe.expectMessageClass(TransferReply.Opened.class);
        }
        source.take(new FilePeerMessage.CloseTransfer(LIST, here.id, Replica.NAME, transfer));
        Awaitility.await().untilAsserted(() -> {
            source.take(read(transfer, 0, 0, 1));
            probe.expectMessageClass(TransferReply.NotHeld.class);
        });
    }

    @Test
    void moreThanTheLimit_areRefused_andIdleOnesEnd() throws Exception {
        StateId id = commit(content(10));
        source.close();
        source = source(settings("max-open = 2, idle-timeout = 300ms"));
        for (int i = 0; i < 2; i++) {
            source.take(open(UUID.randomUUID(), id));
            probe.expectMessageClass(TransferReply.Opened.class);
        }
        source.take(open(UUID.randomUUID(), id));
        probe.expectMessageClass(TransferReply.NotHeld.class);

        Awaitility.await().untilAsserted(() -> {
            source.take(open(UUID.randomUUID(), id));
            probe.expectMessageClass(TransferReply.Opened.class);
        });
    }

    @Test
    void headsBeyondTheLimit_areRefused_untilThereIsRoom() throws Exception {
        StateId id = commit(content(10));
        source.close();
        source = source(settings("max-head-bytes = 10"));
        UUID only = UUID.randomUUID();
        source.take(open(only, id));
        assertThat(probe.expectMessageClass(TransferReply.Opened.class).headBytes())
                .isGreaterThan(10);
        source.take(open(UUID.randomUUID(), id));
        probe.expectMessageClass(TransferReply.NotHeld.class);
        source.take(new FilePeerMessage.CloseTransfer(LIST, here.id, Replica.NAME, only));
        Awaitility.await().untilAsserted(() -> {
            source.take(open(UUID.randomUUID(), id));
            probe.expectMessageClass(TransferReply.Opened.class);
        });
    }

    @Test
    void rangePastTheEnd_isShort() throws Exception {
        StateId id = commit(content(10));
        UUID transfer = UUID.randomUUID();
        source.take(open(transfer, id));
        int headBytes = probe.expectMessageClass(TransferReply.Opened.class).headBytes();
        source.take(read(transfer, 0, 7, 100));
        assertThat(probe.expectMessageClass(TransferReply.Range.class).bytes().byteCount())
                .isEqualTo(3);
        source.take(read(transfer, FilePeerMessage.ReadTransfer.HEAD, headBytes - 1, 100));
        assertThat(probe.expectMessageClass(TransferReply.Range.class).bytes().byteCount())
                .isEqualTo(1);
        source.take(read(transfer, FilePeerMessage.ReadTransfer.HEAD, headBytes + 9L, 100));
        assertThat(probe.expectMessageClass(TransferReply.Range.class).bytes()).isEqualTo(Bytes.EMPTY);
    }

    @Test
    void changedFile_goesOnBeingReadAsItWas() throws Exception {
        byte[] content = content(10);
        StateId id = commit(content);
        UUID transfer = UUID.randomUUID();
        source.take(open(transfer, id));
        probe.expectMessageClass(TransferReply.Opened.class);
        there.commit(Replica.batch(1, 2, List.of(new Operation.Truncate(0)), List.of()));

        source.take(read(transfer, 0, 0, 100));

        assertThat(Replica.array(
                        probe.expectMessageClass(TransferReply.Range.class).bytes()))
                .isEqualTo(content);
    }
}
