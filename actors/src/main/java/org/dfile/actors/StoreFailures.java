package org.dfile.actors;

import java.util.concurrent.CompletionException;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.store.AmnesiacException;
import org.dfile.store.BadChecksumException;
import org.dfile.store.CorruptDataException;
import org.dfile.store.VolumeFullException;

/** What a store's exceptions mean to a client. */
public final class StoreFailures {

    private StoreFailures() {}

    /** Returns why a stage failed, without what the JDK wraps it into. */
    public static Throwable cause(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }

    static Failure of(Throwable error, HostId self, FileName name) {
        if (error instanceof VolumeFullException full) {
            return new Failure.VolumeFull(self, full.neededBytes(), full.freeBytes());
        }
        if (error instanceof CorruptDataException corrupt) {
            return new Failure.CorruptData(self, name, corrupt.offset(), detail(corrupt));
        }
        if (error instanceof AmnesiacException amnesiac) {
            return new Failure.FileAmnesiac(self, name, detail(amnesiac));
        }
        return new Failure.StorageFailed(self, detail(error));
    }

    /** What is on disk is damaged, which will not change by asking again; the volume goes on. */
    static boolean isDamage(Throwable error) {
        return error instanceof CorruptDataException || error instanceof AmnesiacException;
    }

    /** Like {@link #of}, for bytes that were to be stored at an offset. */
    static Failure ofBytes(Throwable error, HostId self, FileName name, long offset, int byteCount) {
        return error instanceof BadChecksumException
                ? new Failure.ChecksumMismatch(name, offset, byteCount)
                : of(error, self, name);
    }

    static String detail(Throwable error) {
        String message = error.getMessage();
        return message == null ? error.getClass().getSimpleName() : message;
    }
}
