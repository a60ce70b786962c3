package org.dfile.cluster;

import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.dfile.client.DFileException;
import org.dfile.client.ListPage;
import org.dfile.model.Failure;
import org.dfile.model.FileStatus;
import org.dfile.model.Receipt;

/** What a caller sees of an operation, so that a cluster and a model of it can be compared. */
record Seen(String text) {

    static final Seen NO_SUCH_FILE = failure(Failure.NoSuchFile.class);
    static final Seen FILE_EXISTS = failure(Failure.FileExists.class);
    static final Seen REPLACED = failure(Failure.Replaced.class);

    static Seen value(Object value) {
        return new Seen(String.valueOf(value));
    }

    static Seen bytes(byte[] bytes) {
        return new Seen(bytes.length + " bytes, SHA-256 " + Trees.sha256(bytes));
    }

    static Seen status(long generation, long length) {
        return new Seen("generation " + generation + ", length " + length);
    }

    static Seen status(FileStatus status) {
        return status(status.version().generation(), status.length());
    }

    static Seen receipt(long generation, long offset, long byteCount, long length) {
        return new Seen("generation " + generation + ": " + byteCount + " at " + offset + ", length " + length);
    }

    static Seen receipt(Receipt receipt) {
        return receipt(receipt.version().generation(), receipt.offset(), receipt.byteCount(), receipt.length());
    }

    static Seen page(ListPage page) {
        List<String> names =
                page.files().stream().map(file -> file.name().toString()).toList();
        return value(names + (page.next().isPresent() ? " and more" : ""));
    }

    static Seen failure(Class<? extends Failure> type) {
        return new Seen("failed: " + type.getSimpleName());
    }

    /** Returns a stage of what is seen; it fails only if the operation fails without a {@link Failure}. */
    static <T> CompletionStage<Seen> of(CompletionStage<T> stage, Function<T, Seen> success) {
        return stage.handle((value, error) -> {
            if (error == null) {
                return success.apply(value);
            }
            return DFileException.failureOf(error)
                    .map(failure -> failure(failure.getClass()))
                    .orElseThrow(() -> new CompletionException(error));
        });
    }

    @Override
    public String toString() {
        return text.length() < 300 ? text : text.substring(0, 300) + "... (" + text.hashCode() + ")";
    }
}
