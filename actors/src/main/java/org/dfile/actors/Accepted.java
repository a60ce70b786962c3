package org.dfile.actors;

import org.dfile.model.Failure;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;

/**
 * A request whose bytes are counted. Whoever answers it, on whatever thread, does so once.
 *
 * @param forwarded whether another host passed it on; then it is not passed on again
 */
record Accepted(FileRequest request, InFlightBytes.Account account, boolean forwarded) implements OpenFileMessage {

    void answer(FileReply reply) {
        drop(); // first, so that whoever has the answer finds room for the next
        request.replyTo().tell(reply);
    }

    void refuse(Failure failure) {
        answer(new FileReply.Failed(request.id(), failure));
    }

    /** Leaves it without an answer from here: another host answers, or what became of it is not known. */
    void drop() {
        account.release(InFlightBytes.of(request));
    }
}
