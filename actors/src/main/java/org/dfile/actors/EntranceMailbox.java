package org.dfile.actors;

import com.typesafe.config.Config;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.typed.MailboxSelector;
import org.apache.pekko.dispatch.Envelope;
import org.apache.pekko.dispatch.MailboxType;
import org.apache.pekko.dispatch.MessageQueue;
import org.apache.pekko.dispatch.NodeMessageQueue;
import org.apache.pekko.dispatch.ProducesMessageQueue;
import org.dfile.actors.memory.HeapPart;
import org.dfile.actors.memory.MemoryLimit;
import org.dfile.model.Failure;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.peer.FilePeerMessage;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Mailboxes of the actors that hear from other processes. The transport takes from the network whatever comes, also while
 * nobody has time to look at it: a node that hung would find in its memory all that its clients have said since, again and
 * again. So the bytes in all these mailboxes together have a limit. Beyond it a client's request is refused as busy, and
 * what another host says counts as lost. Messages without bytes of files always find room.
 */
public final class EntranceMailbox implements MailboxType, ProducesMessageQueue<MessageQueue> {

    private static final String PATH = "dfile.entrance-mailbox";

    private final MemoryLimit memory;

    /** As Pekko makes it, from the settings of the mailbox. */
    public EntranceMailbox(ActorSystem.Settings settings, Config config) {
        this(HeapPart.ENTERING.cut(config.getBytes("max-bytes")));
    }

    EntranceMailbox(long maxBytes) {
        this.memory = new MemoryLimit(maxBytes);
    }

    /** Gives an actor such a mailbox. */
    public static MailboxSelector selector() {
        return MailboxSelector.fromConfig(PATH);
    }

    @Override
    public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
        return new Counted(memory);
    }

    private static final class Counted implements MessageQueue {
        private final MessageQueue all = new NodeMessageQueue();
        private final long limit;
        private final MemoryLimit.Account account;

        Counted(MemoryLimit memory) {
            this.limit = memory.limit();
            this.account = memory.open();
        }

        @Override
        public void enqueue(ActorRef receiver, Envelope envelope) {
            Object message = envelope.message();
            int byteCount = bytesOf(message);
            if (byteCount == 0 || account.tryAcquire(byteCount)) {
                all.enqueue(receiver, envelope);
                return;
            }
            FileRequest request = requestOf(message);
            if (request != null) {
                OpenFiles.refuse(request, new Failure.Busy("bytes that come in at the host", limit));
            }
        }

        @Override
        public @Nullable Envelope dequeue() {
            Envelope envelope = all.dequeue();
            if (envelope != null) {
                account.release(bytesOf(envelope.message()));
            }
            return envelope;
        }

        private static int bytesOf(Object message) {
            if (message instanceof FilePeerMessage mail) {
                return mail.payloadBytes();
            }
            FileRequest request = requestOf(message);
            return request == null || request instanceof FileRequest.Read ? 0 : Accepted.bytesOf(request);
        }

        private static @Nullable FileRequest requestOf(Object message) {
            if (message instanceof FileServerMessage.Forwarded forwarded) {
                return forwarded.request();
            }
            return message instanceof FileRequest request ? request : null;
        }

        @Override
        public int numberOfMessages() {
            return all.numberOfMessages();
        }

        @Override
        public boolean hasMessages() {
            return all.hasMessages();
        }

        @Override
        public void cleanUp(ActorRef owner, MessageQueue deadLetters) {
            all.cleanUp(owner, deadLetters);
            account.close();
        }
    }
}
