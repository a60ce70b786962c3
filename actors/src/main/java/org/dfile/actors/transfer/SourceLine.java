package org.dfile.actors.transfer;

import java.util.Optional;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.protocol.peer.FilePeerMessage.OpenTransfer;
import org.dfile.protocol.peer.FilePeerMessage.ReadTransfer;
import org.dfile.protocol.peer.TransferReply;

/** What one fetch says to the host that it fetches from. */
final class SourceLine {

    private final FetchEnvironment environment;
    private final Wanted wanted;
    private final ActorRef<TransferReply> replyTo;
    private final UUID transfer = UUID.randomUUID();

    SourceLine(FetchEnvironment environment, Wanted wanted, ActorRef<TransferReply> replyTo) {
        this.environment = environment;
        this.wanted = wanted;
        this.replyTo = replyTo;
    }

    void open() {
        send(new OpenTransfer(
                environment.list(), environment.self(), wanted.name(), transfer, wanted.kind(), wanted.id(), replyTo));
    }

    void read(RangeWindow.Range range) {
        send(new ReadTransfer(
                environment.list(),
                environment.self(),
                wanted.name(),
                transfer,
                range.part(),
                range.offset(),
                range.byteCount(),
                replyTo));
    }

    /** Reads all that there is room for. */
    void readOn(RangeWindow window) {
        for (Optional<RangeWindow.Range> range = window.ask(System.nanoTime());
                range.isPresent();
                range = window.ask(System.nanoTime())) {
            read(range.get());
        }
    }

    void close() {
        send(new FilePeerMessage.CloseTransfer(environment.list(), environment.self(), wanted.name(), transfer));
    }

    private void send(FilePeerMessage message) {
        environment.links().toFiles(wanted.from(), message);
    }
}
