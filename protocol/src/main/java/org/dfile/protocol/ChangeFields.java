package org.dfile.protocol;

import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.FileVersion;
import org.dfile.model.SessionId;
import org.dfile.model.StageId;
import org.dfile.model.Stamp;
import org.dfile.model.WriteMode;

/** The fields of a {@link Change} and its {@link Stamp}: a code for the kind, then what the kind has, without bytes. */
final class ChangeFields {

    private static final int CREATE = 1;
    private static final int WRITE = 2;
    private static final int APPEND = 3;
    private static final int REPLACE = 4;
    private static final int PUBLISH = 5;
    private static final int TRUNCATE = 6;
    private static final int DELETE = 7;

    private static final int MODE_CREATE_NEW = 1;
    private static final int MODE_REPLACE = 2;
    private static final int MODE_REPLACE_EXISTING = 3;

    private ChangeFields() {}

    static void writeStamp(FieldWriter out, Stamp stamp) {
        out.uuid(stamp.session().value())
                .number(stamp.number())
                .number(stamp.first())
                .number(stamp.known().generation())
                .number(stamp.known().seq());
    }

    static Stamp readStamp(FieldReader in) throws DecodeException {
        return new Stamp(
                new SessionId(in.uuid("session")),
                in.number("number"),
                in.number("first"),
                new FileVersion(in.number("known generation"), in.number("known seq")));
    }

    static void write(FieldWriter out, Change change) {
        if (change instanceof Change.Create create) {
            out.code(CREATE).flag(create.exclusive()).flag(create.truncate());
        } else if (change instanceof Change.Write write) {
            out.code(WRITE).number(write.generation()).number(write.offset());
        } else if (change instanceof Change.Append append) {
            out.code(APPEND).number(append.generation()).flag(append.create());
        } else if (change instanceof Change.Replace replace) {
            out.code(REPLACE).code(code(replace.mode()));
        } else if (change instanceof Change.Publish publish) {
            out.code(PUBLISH)
                    .code(code(publish.mode()))
                    .uuid(publish.stage().value())
                    .number(publish.length());
        } else if (change instanceof Change.Truncate truncate) {
            out.code(TRUNCATE).number(truncate.generation()).number(truncate.length());
        } else if (change instanceof Change.Delete delete) {
            out.code(DELETE).number(delete.generation());
        } else {
            throw new AssertionError("unhandled change " + change);
        }
    }

    static Change read(FieldReader in, Bytes bytes) throws DecodeException {
        Change change = readKind(in, in.code("change"), bytes);
        if (change.bytes().byteCount() != bytes.byteCount()) {
            throw new DecodeException(bytes.byteCount() + " bytes with a change that has none: "
                    + change.getClass().getSimpleName());
        }
        return change;
    }

    private static Change readKind(FieldReader in, int kind, Bytes bytes) throws DecodeException {
        return switch (kind) {
            case CREATE -> new Change.Create(in.flag("exclusive"), in.flag("truncate"));
            case WRITE -> new Change.Write(in.number("generation"), in.number("offset"), bytes);
            case APPEND -> new Change.Append(in.number("generation"), in.flag("create"), bytes);
            case REPLACE -> new Change.Replace(readMode(in), bytes);
            case PUBLISH -> new Change.Publish(readMode(in), new StageId(in.uuid("stage")), in.number("length"));
            case TRUNCATE -> new Change.Truncate(in.number("generation"), in.number("length"));
            case DELETE -> new Change.Delete(in.number("generation"));
            default -> throw new DecodeException("unknown change " + kind);
        };
    }

    private static int code(WriteMode mode) {
        return switch (mode) {
            case CREATE_NEW -> MODE_CREATE_NEW;
            case REPLACE -> MODE_REPLACE;
            case REPLACE_EXISTING -> MODE_REPLACE_EXISTING;
        };
    }

    private static WriteMode readMode(FieldReader in) throws DecodeException {
        int code = in.code("mode");
        return switch (code) {
            case MODE_CREATE_NEW -> WriteMode.CREATE_NEW;
            case MODE_REPLACE -> WriteMode.REPLACE;
            case MODE_REPLACE_EXISTING -> WriteMode.REPLACE_EXISTING;
            default -> throw new DecodeException("unknown mode " + code);
        };
    }
}
