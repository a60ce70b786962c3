package org.dfile.store;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A change of the records, mostly a batch of a file, ready to be committed: everything is decided and read, nothing is
 * on disk that counts.
 *
 * @param mutations of the database, in order
 * @param steps of slots, in order
 * @param syncPoints bytes that must be on disk before the records that name them (I11)
 * @param live change of the live bytes
 * @param file what becomes of the record of a name, if anything
 * @param staged bytes that the batch claimed
 * @param folded bytes that were written on the way, each pins its data file
 * @param spaceBytes what was taken from the free space
 * @param lazy whether it may get lost in a crash until a later change is on disk: what it says can be found out again
 * @param onEnd called once, before anybody is told how the change ended
 * @param result what {@code done} is completed with once the change is on disk, or visible if it is lazy
 */
record Change<T>(
        List<Mutation> mutations,
        List<Slots.Step> steps,
        List<DataFile.SyncPoint> syncPoints,
        LiveBytes live,
        @Nullable FileChange file,
        List<Staged> staged,
        List<DataFiles.Written> folded,
        long spaceBytes,
        boolean lazy,
        Runnable onEnd,
        T result,
        CompletableFuture<T> done) {

    /** A change of where bytes stand: what was written and pins its data file until then. */
    static Change<Boolean> ofMoves(
            List<Mutation> mutations,
            List<DataFile.SyncPoint> syncPoints,
            LiveBytes live,
            List<DataFiles.Written> written) {
        return new Change<>(
                mutations,
                List.of(),
                syncPoints,
                live,
                null,
                List.of(),
                written,
                0,
                false,
                () -> {},
                true,
                new CompletableFuture<>());
    }

    /** A change of records that no data file and no sum has to do with. */
    static <T> Change<T> ofRecords(List<Mutation> mutations, T result) {
        return ofRecords(mutations, List.of(), result);
    }

    static <T> Change<T> ofSteps(List<Slots.Step> steps, T result) {
        return ofRecords(List.of(), steps, result);
    }

    private static <T> Change<T> ofRecords(List<Mutation> mutations, List<Slots.Step> steps, T result) {
        return new Change<>(
                mutations,
                steps,
                List.of(),
                new LiveBytes(),
                null,
                List.of(),
                List.of(),
                0,
                false,
                () -> {},
                result,
                new CompletableFuture<>());
    }

    /** Returns the same change, which may get lost in a crash until a later one is on disk. */
    Change<T> lazily() {
        return new Change<>(
                mutations, steps, syncPoints, live, file, staged, folded, spaceBytes, true, onEnd, result, done);
    }

    /** Returns the same change with another result, and with more to be done at its end. */
    <R> Change<R> ending(R other, Runnable then) {
        return new Change<>(
                mutations,
                steps,
                syncPoints,
                live,
                file,
                staged,
                folded,
                spaceBytes,
                lazy,
                () -> {
                    onEnd.run();
                    then.run();
                },
                other,
                new CompletableFuture<>());
    }
}
