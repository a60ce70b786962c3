package org.dfile.protocol.peer;

import org.dfile.model.Bytes;
import org.dfile.model.FileState;
import org.dfile.model.Limits;
import org.dfile.protocol.DecodeException;

/** A file's committed state on its way between hosts, without the file's bytes. */
public final class StateCodec {

    private static final char KIND = 'S';

    private StateCodec() {}

    /** Encodes a state. */
    public static Bytes encode(FileState state) {
        EncodingWriter out = new EncodingWriter();
        out.version(state.version())
                .hash(state.hash())
                .flag(state.exists())
                .number(state.length())
                .time(state.created())
                .time(state.modified());
        new SessionsForm().write(out, state.sessions());
        out.version(state.watermark());
        return out.seal(KIND);
    }

    /** Decodes a state. */
    public static FileState decode(Bytes encoded) throws DecodeException {
        EncodingReader in = Encoding.open(KIND, encoded);
        try {
            FileState state = new FileState(
                    in.version("version"),
                    in.hash("hash"),
                    in.flag("exists"),
                    in.numberAtMost(Limits.MAX_FILE_BYTES, "length"),
                    in.time("created"),
                    in.time("modified"),
                    new SessionsForm().read(in),
                    in.version("watermark"));
            in.end();
            return state;
        } catch (IllegalArgumentException e) {
            throw new DecodeException("a state: " + e.getMessage(), e);
        }
    }
}
