package org.dfile.actors;

import java.time.Duration;
import org.dfile.model.FileName;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.DecodeException;
import org.dfile.protocol.peer.BatchCodec;
import org.dfile.protocol.peer.FilePeerMessage;

/** Takes what the actors of the same file on other hosts send. */
record FileMail(
        FileName name,
        FileEnvironment environment,
        FileMachine machine,
        FileRequests requests,
        FileStages stages,
        IncomingBatches incoming,
        FileFetches fetches,
        Mending mending) {

    void on(OpenFileMessage.FromPeer mail) {
        if (mail.message() instanceof FilePeerMessage.PieceMail piece) {
            incoming.take(piece, mail::done);
        } else {
            on(mail.message());
            mail.done();
        }
    }

    private void on(FilePeerMessage message) {
        if (message instanceof FilePeerMessage.FileMail mail) {
            machine.on(mail.from(), mail.message());
        } else if (message instanceof FilePeerMessage.AcceptMail mail) {
            onAccept(mail);
        } else if (message instanceof FilePeerMessage.PieceStaged staged) {
            stages.onStaged(staged.from(), staged.piece());
        } else if (message instanceof FilePeerMessage.AskReport ask) {
            report(ask);
        } else if (message instanceof FilePeerMessage.Report report) {
            requests.onReport(report);
        } else if (message instanceof FilePeerMessage.Mend) {
            machine.lead(); // a coordinator brings all replicas to the state that it serves
            mending.begin(machine);
        }
    }

    /** The batch first, with all its bytes (I4); what the replica does not need is not waited for. */
    private void onAccept(FilePeerMessage.AcceptMail mail) {
        FileMessage.Accept accept = mail.accept();
        if (!machine.wants(accept)) {
            machine.on(mail.from(), accept);
        } else if (mail.batch().byteCount() == 0) {
            fetches.batch(mail.from(), accept);
        } else if (mail.batch().intact()) { // I14: else it comes again
            try {
                incoming.take(mail.from(), accept, BatchCodec.decode(mail.batch()));
                takeComplete();
            } catch (DecodeException e) {
                environment
                        .server()
                        .tell(new FileServerMessage.Trouble(
                                "a batch for " + name + " from host " + mail.from() + ": " + StoreFailures.detail(e)));
            }
        }
    }

    /** Hands on the batches of which all bytes are here now. */
    void takeComplete() {
        for (IncomingBatches.Complete complete : incoming.complete()) {
            machine.take(complete.batch());
            machine.on(complete.from(), complete.accept());
        }
    }

    /** Bytes that were sent ahead are late or lost: their batches are fetched. */
    void fetchLate(Duration patience) {
        StateId committed = machine.committed().id();
        incoming.forgetUpTo(committed);
        fetches.endUpTo(committed);
        incoming.late(System.nanoTime(), patience).forEach(late -> fetches.batch(late.from(), late.accept()));
    }

    private void report(FilePeerMessage.AskReport ask) {
        FileRequests.report(machine)
                .ifPresent(own -> environment
                        .links()
                        .toFiles(
                                ask.from(),
                                new FilePeerMessage.Report(
                                        environment.list(),
                                        environment.self(),
                                        name,
                                        ask.read(),
                                        own.committed(),
                                        own.pending())));
    }
}
