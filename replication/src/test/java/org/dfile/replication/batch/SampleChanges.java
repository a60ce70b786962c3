package org.dfile.replication.batch;

import java.nio.charset.StandardCharsets;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.Outcome;
import org.dfile.model.WriteMode;

/** Changes to plan, and what becomes of them. */
final class SampleChanges {

    static final Change CREATE = new Change.Create(false, false);
    static final Change CREATE_NEW = new Change.Create(true, false);
    static final Change DELETE = new Change.Delete(0);

    private SampleChanges() {}

    static Bytes bytes(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Change append(String text) {
        return new Change.Append(0, true, bytes(text));
    }

    static Change write(long generation, long offset, String text) {
        return new Change.Write(generation, offset, bytes(text));
    }

    static Change replace(WriteMode mode, String text) {
        return new Change.Replace(mode, bytes(text));
    }

    static Outcome refused(Failure.Judged failure) {
        return new Outcome.Refused(failure);
    }
}
