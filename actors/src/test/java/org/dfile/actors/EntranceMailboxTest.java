package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.dispatch.Envelope;
import org.apache.pekko.dispatch.MessageQueue;
import org.dfile.model.Bytes;
import org.dfile.model.Failure;
import org.dfile.model.HostId;
import org.dfile.model.StageId;
import org.dfile.model.replica.PieceId;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.peer.FilePeerMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import scala.Option;

final class EntranceMailboxTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final int LIMIT = 100;

    private final TestProbe<FileReply> replies = KIT.createTestProbe(FileReply.class);
    private final EntranceMailbox mailboxes = new EntranceMailbox(LIMIT);
    private final MessageQueue mailbox = mailbox();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private MessageQueue mailbox() {
        return mailboxes.create(Option.empty(), Option.empty());
    }

    private FileRequest.Stage stage(long id, int byteCount) {
        return new FileRequest.Stage(
                id,
                Node.ALONE.id(),
                Node.A,
                new StageId(new UUID(1, id)),
                0,
                Bytes.of(new byte[byteCount]),
                replies.getRef());
    }

    private FileRequest.Read read(int byteCount) {
        return new FileRequest.Read(7, Node.ALONE.id(), Node.A, 0, 0, byteCount, replies.getRef());
    }

    private static FilePeerMessage piece(int byteCount) {
        return new FilePeerMessage.PieceMail(
                Node.ALONE.id(),
                new HostId("n2"),
                Node.A,
                new PieceId(UUID.randomUUID()),
                Bytes.of(new byte[byteCount]));
    }

    private static void put(MessageQueue mailbox, Object message) {
        mailbox.enqueue(ActorRef.noSender(), new Envelope(message, ActorRef.noSender()));
    }

    private static Object take(MessageQueue mailbox) {
        return mailbox.dequeue().message();
    }

    private void assertRefused(long request) {
        assertThat(replies.receiveMessage())
                .isEqualTo(new FileReply.Failed(request, new Failure.Busy("bytes that come in at the host", LIMIT)));
    }

    @Test
    void requestsBeyondTheLimit_areBusy_untilSomebodyLooksAtWhatIsThere() {
        FileRequest first = stage(1, LIMIT);
        FileRequest third = stage(3, LIMIT);
        put(mailbox, first);
        put(mailbox, stage(2, 1));
        assertRefused(2);
        assertThat(take(mailbox)).isEqualTo(first);
        put(mailbox, third);
        assertThat(take(mailbox)).isEqualTo(third);
        assertThat(mailbox.hasMessages()).isFalse();
    }

    @Test
    void whatWasPassedOn_countsAsWell_inAllMailboxes() {
        MessageQueue other = mailbox();
        put(other, new FileServerMessage.Forwarded(stage(1, LIMIT)));
        put(mailbox, new FileServerMessage.Forwarded(stage(2, 1)));
        assertRefused(2);
        take(other);
        put(mailbox, stage(3, 1));
        assertThat(mailbox.numberOfMessages()).isEqualTo(1);
    }

    @Test
    void whatAnotherHostSays_isLostBeyondTheLimit() {
        put(mailbox, piece(LIMIT));
        put(mailbox, piece(1));
        assertThat(mailbox.numberOfMessages()).isEqualTo(1);
        replies.expectNoMessage();
    }

    @Test
    void whatBringsNoBytes_alwaysFindsRoom() {
        put(mailbox, stage(1, LIMIT));
        put(mailbox, read(LIMIT));
        put(mailbox, new FileServerMessage.Trouble("none"));
        assertThat(mailbox.numberOfMessages()).isEqualTo(3);
    }

    @Test
    void actorThatEnds_givesBackWhatItsMailboxHad() {
        MessageQueue other = mailbox();
        put(other, stage(1, LIMIT));
        other.cleanUp(ActorRef.noSender(), mailbox());
        put(mailbox, stage(2, LIMIT));
        assertThat(mailbox.numberOfMessages()).isEqualTo(1);
    }

    @Test
    void actorsGetIt_byTheSettings() {
        TestProbe<Object> told = KIT.createTestProbe(Object.class);
        KIT.spawn(
                        Behaviors.receiveMessage(message -> {
                            told.getRef().tell(message);
                            return Behaviors.same();
                        }),
                        EntranceMailbox.selector())
                .tell("hello");
        told.expectMessage("hello");
    }
}
