package org.dfile.protocol.peer;

import java.util.ArrayList;
import java.util.List;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.Limits;
import org.dfile.model.Outcome;
import org.dfile.model.Receipt;
import org.dfile.model.Session;
import org.dfile.model.SessionId;
import org.dfile.protocol.DecodeException;

/**
 * Sessions in an encoded batch or state. A name in an outcome, always that of the file, is written once; after that it is
 * its place among the names that came before.
 */
final class SessionsForm {

    private static final int DONE = 0;
    private static final int NO_SUCH_FILE = 1;
    private static final int FILE_EXISTS = 2;
    private static final int REPLACED = 3;
    private static final int FILE_TOO_LONG = 4;

    private static final int LEAST_SESSION_BYTES = 19;
    private static final int ID_BYTES = 16;

    private final List<FileName> names = new ArrayList<>();

    // -- writing

    void write(EncodingWriter out, List<Session> sessions) {
        out.number(sessions.size());
        for (Session session : sessions) {
            out.uuid(session.id().value()).number(session.last()).number(session.usedSeq());
            out.number(session.outcomes().size());
            session.outcomes().forEach(outcome -> write(out, outcome));
        }
    }

    static void writeIds(EncodingWriter out, List<SessionId> ids) {
        out.number(ids.size());
        ids.forEach(id -> out.uuid(id.value()));
    }

    private void write(EncodingWriter out, Outcome outcome) {
        if (outcome instanceof Outcome.Done done) {
            write(out.code(DONE), done.receipt());
        } else if (outcome instanceof Outcome.Refused refused) {
            write(out, refused.failure());
        } else {
            throw new AssertionError("unhandled outcome " + outcome);
        }
    }

    private static void write(EncodingWriter out, Receipt receipt) {
        out.version(receipt.version())
                .number(receipt.offset())
                .number(receipt.byteCount())
                .fixed(receipt.crc32c())
                .number(receipt.length())
                .number(receipt.copies());
    }

    private void write(EncodingWriter out, Failure.Judged failure) {
        if (failure instanceof Failure.NoSuchFile none) {
            write(out.code(NO_SUCH_FILE), none.name());
        } else if (failure instanceof Failure.FileExists exists) {
            write(out.code(FILE_EXISTS), exists.name());
        } else if (failure instanceof Failure.Replaced replaced) {
            write(out.code(REPLACED), replaced.name());
            out.number(replaced.expectedGeneration()).number(replaced.generation());
        } else if (failure instanceof Failure.FileTooLong tooLong) {
            write(out.code(FILE_TOO_LONG), tooLong.name());
            out.number(tooLong.length());
        } else {
            throw new AssertionError("unhandled failure " + failure);
        }
    }

    private void write(EncodingWriter out, FileName name) {
        int known = names.indexOf(name);
        if (known >= 0) {
            out.number(known);
        } else {
            out.number(names.size()).number(name.byteCount()).raw(name.utf8());
            names.add(name);
        }
    }

    // -- reading

    List<Session> read(EncodingReader in) throws DecodeException {
        int count = in.count(LEAST_SESSION_BYTES, "sessions");
        List<Session> sessions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            SessionId id = new SessionId(in.uuid("session"));
            long last = in.number("last");
            long usedSeq = in.number("used seq");
            sessions.add(new Session(id, last, readOutcomes(in), usedSeq));
        }
        return sessions;
    }

    static List<SessionId> readIds(EncodingReader in) throws DecodeException {
        int count = in.count(ID_BYTES, "evicted sessions");
        List<SessionId> ids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ids.add(new SessionId(in.uuid("evicted session")));
        }
        return ids;
    }

    private List<Outcome> readOutcomes(EncodingReader in) throws DecodeException {
        int count = (int) in.numberAtMost(Limits.SESSION_WINDOW, "outcomes");
        List<Outcome> outcomes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            outcomes.add(readOutcome(in));
        }
        return outcomes;
    }

    private Outcome readOutcome(EncodingReader in) throws DecodeException {
        int kind = in.code("outcome");
        return switch (kind) {
            case DONE -> new Outcome.Done(readReceipt(in));
            case NO_SUCH_FILE -> new Outcome.Refused(new Failure.NoSuchFile(readName(in)));
            case FILE_EXISTS -> new Outcome.Refused(new Failure.FileExists(readName(in)));
            case REPLACED ->
                new Outcome.Refused(new Failure.Replaced(readName(in), in.number("expected"), in.number("generation")));
            case FILE_TOO_LONG -> new Outcome.Refused(new Failure.FileTooLong(readName(in), in.number("length")));
            default -> throw new DecodeException("unknown outcome " + kind);
        };
    }

    private static Receipt readReceipt(EncodingReader in) throws DecodeException {
        return new Receipt(
                in.version("receipt"),
                in.number("offset"),
                in.number("byte count"),
                in.fixed("checksum"),
                in.number("length"),
                (int) in.numberAtMost(Integer.MAX_VALUE, "copies"));
    }

    private FileName readName(EncodingReader in) throws DecodeException {
        int place = (int) in.numberAtMost(names.size(), "name");
        if (place == names.size()) {
            int byteCount = (int) in.numberAtMost(FileName.MAX_BYTES, "name");
            names.add(FileName.ofUtf8(in.raw(byteCount, "name")));
        }
        return names.get(place);
    }
}
