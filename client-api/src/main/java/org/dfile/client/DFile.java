package org.dfile.client;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.Receipt;

/**
 * One open file: an asynchronous version of Python's file object, made by {@link DFileSystem#open}. Safe for use by many
 * threads.
 *
 * <p><b>Identity.</b> It stands for the file that was there at opening. If that is deleted, operations complete with
 * {@link Failure.NoSuchFile}; if another one was created under the name, with {@link Failure.Replaced}. It holds nothing
 * on any host: one that is forgotten costs nothing.
 *
 * <p><b>Order.</b> All changes of one {@code DFile} take effect in the order of the calls, without waiting for each
 * other's answers. A read sees every change called before it on the same {@code DFile}; it may also see ones called
 * after it, while it runs. Positional reads may be answered in any order; whatever uses the cursor takes it in call order.
 *
 * <p><b>Atomicity.</b> A write, append or read of up to 1 MiB is of one state of the file: all or nothing. A longer one
 * is a sequence of such chunks, and its failure is {@link Failure.PartlyWritten} with the number of leading bytes that
 * are acknowledged.
 *
 * <p><b>Failures.</b> Caller's mistakes throw at the call: {@link java.nio.channels.NonReadableChannelException}, {@link
 * java.nio.channels.NonWritableChannelException} if it was not opened for that, {@link IllegalStateException} if this
 * {@code DFile} is closed, {@link java.nio.file.ClosedFileSystemException} if its file system is, {@link
 * IllegalArgumentException} for a negative number or a position beyond {@link org.dfile.model.Limits#MAX_FILE_BYTES}.
 * The rest as {@link DFileSystem} says, buffers and threads included.
 */
public interface DFile {

    FileName name();

    /** Returns which file of this name it is, counted from 1. */
    long generation();

    /**
     * Reads at most {@code byteCount} bytes at the cursor and moves it behind them. Fewer only at the end of the file,
     * none behind it. More than {@link ClientSettings#maxBytesInFlight} is {@link Failure.TooLongToHold} if the file has
     * them. After a failure the cursor is where it was.
     */
    CompletionStage<ByteBuffer> read(int byteCount);

    /** Reads at most {@code byteCount} bytes at an offset, as {@link #read} does; the cursor stays. */
    CompletionStage<ByteBuffer> readAt(long offset, int byteCount);

    /** Reads from the cursor to the end, as {@link #read} does. */
    CompletionStage<ByteBuffer> readAll();

    /**
     * Reads a line at the cursor and moves it behind the line's end; empty at the end of the file. Lines end with a line
     * feed, which is left out, as is a carriage return before it; the last one may lack it. Bytes that are not UTF-8
     * read as U+FFFD. A line above {@link ClientSettings#maxLineBytes} is {@link Failure.TooLongToHold}.
     */
    CompletionStage<Optional<String>> readLine();

    /**
     * Publishes the lines from the cursor, as it is at subscription, to the end; to each subscriber anew. The cursor
     * stays. Reads ahead a bounded number of chunks.
     */
    Flow.Publisher<String> lines();

    /**
     * Writes what remains in {@code bytes} at the cursor, and moves it behind them; opened with {@code APPEND}, at the
     * end of the file. The cursor moves at the call, also if the write fails later. A gap between the old end and the
     * cursor reads as zeros.
     */
    CompletionStage<Receipt> write(ByteBuffer bytes);

    /** Writes at an offset, as {@link #write} does; the cursor stays. Not for a file opened with {@code APPEND}. */
    CompletionStage<Receipt> writeAt(long offset, ByteBuffer bytes);

    /**
     * Puts bytes at the end of the file, wherever that is when their turn comes; the cursor stays. The receipt says
     * where they stand. Chunks of an append above 1 MiB may have bytes of others between them; its receipt is that of
     * the first chunk with the byte count of all.
     */
    CompletionStage<Receipt> append(ByteBuffer bytes);

    /** Sets the cursor. It may stand behind the end: reading there gives nothing, writing fills the gap with zeros. */
    void seek(long offset);

    /** Returns the cursor, once everything called before has moved it. */
    CompletionStage<Long> tell();

    /** Returns the length of the file, after every change called before. */
    CompletionStage<Long> size();

    /** Cuts the file to {@code length}, or extends it with zeros. The cursor stays. */
    CompletionStage<Receipt> truncate(long length);

    /**
     * Completes when everything changed before is on disk, as every change is when its own stage completes. Fails as the
     * first change failed that has failed since the last {@code flush}.
     */
    CompletionStage<Void> flush();

    /**
     * Ends the use of this {@code DFile} and completes when everything changed before is answered; fails as {@link
     * #flush} does. A second call returns the same stage.
     */
    CompletionStage<Void> close();
}
