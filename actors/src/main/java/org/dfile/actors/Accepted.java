package org.dfile.actors;

import org.dfile.actors.memory.MemoryLimit;
import org.dfile.model.Failure;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;

/**
 * A request whose bytes are counted. Whoever answers it, on whatever thread, does so once.
 *
 * @param forwarded whether another host passed it on; then it is not passed on again
 * @param proposed whether it was in a batch whose end this host does not know: it may have been executed, or be yet (I5)
 */
record Accepted(FileRequest request, MemoryLimit.Account account, boolean forwarded, boolean proposed)
        implements OpenFileMessage {

    Accepted(FileRequest request, MemoryLimit.Account account, boolean forwarded) {
        this(request, account, forwarded, false);
    }

    /** The same request, from now on with an open end. */
    Accepted asProposed() {
        return new Accepted(request, account, forwarded, true);
    }

    void answer(FileReply reply) {
        drop(); // first, so that whoever has the answer finds room for the next
        request.replyTo().tell(reply);
    }

    /** Says that it was not executed and will not be. If that is not known, nothing is said, and the client asks again. */
    void refuse(Failure failure) {
        if (proposed) {
            drop();
        } else {
            fail(failure);
        }
    }

    /** Says an outcome, or a failure that leaves open whether it was executed. */
    void fail(Failure failure) {
        answer(new FileReply.Failed(request.id(), failure));
    }

    /** Leaves it without an answer from here: another host answers, or what became of it is not known. */
    void drop() {
        account.release(bytesOf(request));
    }

    /** Returns what a request counts for: the bytes that it brings or asks for. */
    static int bytesOf(FileRequest request) {
        if (request instanceof FileRequest.Read read) {
            return read.byteCount();
        }
        if (request instanceof FileRequest.Apply apply) {
            return apply.change().bytes().byteCount();
        }
        return request instanceof FileRequest.Stage stage ? stage.bytes().byteCount() : 0;
    }
}
