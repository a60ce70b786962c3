package org.dfile.store;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.dfile.model.FileName;

/**
 * One batch, ready to be committed: everything is decided and read, nothing is on disk that counts.
 *
 * @param mutations of the database, in order
 * @param syncPoints bytes that must be on disk before the records that name them (I11)
 * @param live change of the live bytes
 * @param fileCount change of the number of files
 * @param lengthSum change of the sum of their lengths
 * @param staged bytes that the batch claimed
 * @param folded bytes that were written on the way, each pins its data file
 * @param spaceBytes what was taken from the free space
 * @param state the state that the batch makes
 * @param done is completed with the state once it is on disk
 */
record Change(
        FileName name,
        List<Mutation> mutations,
        List<DataFile.SyncPoint> syncPoints,
        LiveBytes live,
        long fileCount,
        long lengthSum,
        List<Staged> staged,
        List<DataFiles.Written> folded,
        long spaceBytes,
        FileState state,
        CompletableFuture<FileState> done) {}
