package org.dfile.client.internal;

import java.util.Locale;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.FileName;
import org.dfile.model.StageId;
import org.dfile.model.Stamp;

/** What a client asks of a host, free of how it travels: the transport adds ids and reply addresses. */
sealed interface Call {

    /** For failures: what was asked, of which file. */
    String what();

    /** Asks about one file; goes to a host that keeps it. */
    sealed interface OfFile extends Call {
        FileName name();
    }

    record Stat(FileName name) implements OfFile {
        @Override
        public String what() {
            return "stat " + name;
        }
    }

    record Read(FileName name, long generation, long offset, int byteCount) implements OfFile {
        @Override
        public String what() {
            return "read " + byteCount + " bytes of " + name + " at " + offset;
        }
    }

    record Apply(FileName name, Stamp stamp, Change change) implements OfFile {
        @Override
        public String what() {
            return describe(name, change);
        }
    }

    record Stage(FileName name, StageId stage, long offset, Bytes bytes) implements OfFile {
        @Override
        public String what() {
            return "send " + bytes.byteCount() + " bytes ahead for " + name + " at " + offset;
        }
    }

    /** Asks a host for its names. */
    record Names(String prefix, String after, int limit) implements Call {
        @Override
        public String what() {
            return "list \"" + prefix + "\" after \"" + after + "\"";
        }
    }

    static String describe(FileName name, Change change) {
        return change.getClass().getSimpleName().toLowerCase(Locale.ROOT) + " " + name;
    }
}
