package org.dfile.cluster.thrash;

import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dfile.client.DFileSystem;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileStatus;
import org.dfile.model.FileVersion;
import org.dfile.model.Receipt;
import org.dfile.replication.history.Seen;
import org.jspecify.annotations.Nullable;

/** A client whose calls are noted: in the history of the file, and in the tally. */
record Caller(int number, DFileSystem files, Tally tally) {

    /** Calls for a change; {@code model} is what it does to the model of the file. */
    CompletionStage<?> change(
            FileHistory file, Change model, boolean ordered, Supplier<CompletionStage<Receipt>> call) {
        FileHistory.Open open = file.begin(number, model, ordered);
        return call.get().handle((receipt, error) -> {
            if (error == null) {
                tally.acknowledged(number);
                open.answered(done(file.scale(), receipt), receipt.version());
            } else {
                failed(open, error);
            }
            return receipt;
        });
    }

    private static Seen done(Scale scale, Receipt receipt) {
        return new Seen.Done(
                receipt.version().generation(),
                scale.model(receipt.offset()),
                scale.model(receipt.byteCount()),
                scale.model(receipt.length()));
    }

    /** Calls for something that tells no version. */
    <T> CompletionStage<?> ask(
            FileHistory file,
            @Nullable Change model,
            Supplier<CompletionStage<T>> call,
            Function<T, @Nullable Seen> seen) {
        FileHistory.Open open = file.begin(number, model, true);
        return call.get().handle((value, error) -> {
            if (error != null) {
                failed(open, error);
                return value;
            }
            tally.acknowledged(number);
            Seen answer = seen.apply(value);
            if (answer != null) {
                open.answered(answer);
            }
            return value;
        });
    }

    CompletionStage<?> stat(FileHistory file) {
        FileHistory.Open open = file.begin(number, null, false);
        return files.stat(file.name()).handle((status, error) -> {
            if (error == null) {
                tally.acknowledged(number);
                open.answered(status(file.scale(), status), status.version());
            } else {
                failed(open, error);
            }
            return status;
        });
    }

    private static Seen status(Scale scale, FileStatus status) {
        return new Seen.Status(status.version().generation(), scale.model(status.length()));
    }

    private void failed(FileHistory.Open open, Throwable error) {
        switch (Fate.of(error)) {
            case JUDGED -> {
                tally.acknowledged(number);
                judged(open, Fate.failureOf(error));
            }
            case UNKNOWN -> {
                tally.unknown();
                open.unknown();
            }
            case REFUSED -> tally.refused();
            case SURPRISING -> tally.surprise(error);
        }
    }

    private static void judged(FileHistory.Open open, @Nullable Failure failure) {
        if (failure instanceof Failure.NoSuchFile) {
            open.answered(open.isChange() ? new Seen.NoSuchFile() : new Seen.Absent());
        } else if (failure instanceof Failure.FileExists) {
            open.answered(new Seen.FileExists());
        } else if (failure instanceof Failure.Replaced replaced && open.isChange()) {
            open.answered(new Seen.Replaced(replaced.generation()), new FileVersion(replaced.generation(), 1));
        }
    }
}
