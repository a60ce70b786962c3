package org.dfile.manager.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.dfile.client.DFileException;
import org.dfile.client.DFileSystem;
import org.dfile.client.Progress;
import org.dfile.model.Failure;
import org.dfile.model.FileName;

/**
 * Brings files to their local places: into a temporary file beside the target, which is fsynced and then renamed. What
 * was at the target stays as it is until then, and for ever if something fails.
 */
final class Fetch {

    private final DFileSystem files;
    private final boolean replace;
    private final Executor publisher;
    private final Set<Path> temporaries = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    /**
     * @param replace whether what is at a target is replaced, else refused
     * @param publisher where the blocking part is done
     */
    Fetch(DFileSystem files, boolean replace, Executor publisher) {
        this.files = files;
        this.replace = replace;
        this.publisher = publisher;
    }

    /** Promises the number of bytes fetched. The directory of {@code target} is there. */
    CompletionStage<Long> start(FileName name, Path target, Progress progress) {
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            return failed(target, "is a directory");
        }
        if (!replace && LocalFiles.exists(target)) {
            return failed(target, "exists already; -f replaces it");
        }
        Path temporary = LocalFiles.temporaryBeside(target);
        temporaries.add(temporary);
        return files.copyOut(name.toString(), temporary, progress)
                .thenApplyAsync(byteCount -> publish(temporary, target, byteCount), publisher)
                .whenComplete((byteCount, error) -> remove(temporary));
    }

    private long publish(Path temporary, Path target, long byteCount) {
        if (ended) {
            throw localFailure(target, "given up");
        }
        try {
            LocalFiles.publish(temporary, target, replace);
            return byteCount;
        } catch (IOException e) {
            throw localFailure(target, LocalFiles.reason(e));
        }
    }

    private void remove(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
            temporaries.remove(temporary);
        } catch (IOException e) {
            // Stays in the set: end() tries again, and tells.
        }
    }

    /**
     * Publishes nothing further and removes the temporary files of what is still under way.
     *
     * @throws IOException if one stays behind; the message names it
     */
    void end() throws IOException {
        ended = true;
        for (Path temporary : temporaries) {
            Files.deleteIfExists(temporary);
        }
    }

    static <T> CompletionStage<T> failed(Path path, String detail) {
        return CompletableFuture.failedFuture(localFailure(path, detail));
    }

    private static DFileException localFailure(Path path, String detail) {
        return new DFileException(new Failure.LocalFileFailed(path.toString(), detail));
    }
}
