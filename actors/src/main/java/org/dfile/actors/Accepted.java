package org.dfile.actors;

import org.dfile.model.Failure;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;

/** A request whose bytes are counted. Whoever answers it, on whatever thread, does so once. */
record Accepted(FileRequest request, InFlightBytes.Account account) implements FileMessage {

    void answer(FileReply reply) {
        account.release(InFlightBytes.of(request)); // first, so that whoever has the answer finds room for the next
        request.replyTo().tell(reply);
    }

    void refuse(Failure failure) {
        answer(new FileReply.Failed(request.id(), failure));
    }
}
