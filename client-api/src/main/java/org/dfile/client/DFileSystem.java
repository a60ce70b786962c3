package org.dfile.client;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.dfile.client.internal.Connector;
import org.dfile.model.Failure;
import org.dfile.model.FileStatus;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostList;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;

/**
 * The files of one DFile cluster. Safe for use by many threads; one per process is enough.
 *
 * <p><b>Names.</b> A name is a {@code /}-separated path as {@link org.dfile.model.FileName} describes it. Directories are
 * implied by names: there is nothing to make or remove.
 *
 * <p><b>Failures.</b> A caller's mistake throws at the call: {@link org.dfile.model.InvalidFileNameException} for a bad
 * name, {@link IllegalArgumentException} for a bad number or option, {@link java.nio.file.ClosedFileSystemException}
 * after {@link #close}. Everything else completes the stage, with a {@link DFileException} that carries a {@link Failure}.
 * {@link Failure.TimedOut} of a change means <em>unknown</em>: it may have been made, or be made yet. Until then a
 * request is sent again as often as needed, and a change takes effect at most once all the same.
 *
 * <p><b>Durability.</b> When a stage of a change completes, the change is on disk. Nothing is cached here: what is read
 * is what the cluster holds.
 *
 * <p><b>Memory.</b> At most {@link ClientSettings#maxBytesInFlight} file bytes are under way. A call that would exceed
 * it, or {@link ClientSettings#maxCalls}, completes with {@link Failure.ClientBusy} at once and has sent nothing. One
 * long write, copy or stream never does: it paces itself.
 *
 * <p><b>Buffers.</b> Arrays and buffers handed in are not copied and not changed, position and limit included; leave
 * them alone until the stage completes. A change is noticed and the write refused ({@link Failure.ChecksumMismatch}),
 * never stored. Buffers handed out are read-only and belong to the caller.
 *
 * <p><b>Threads.</b> Stages complete on {@link ClientSettings#callbackExecutor}.
 */
public interface DFileSystem extends AutoCloseable {

    /**
     * Finds the cluster: asks the contacts for the host list and makes sure that hosts can answer this client.
     *
     * <p>Completes with {@link Failure.ClusterUnreachable} if no contact answers, with {@link Failure.NoReturnPath} if
     * a host can be dialled but its answers do not arrive.
     */
    static CompletionStage<DFileSystem> connect(ClientSettings settings) {
        return Connector.connect(settings);
    }

    /** Finds the cluster by any of these hosts, with default settings. */
    static CompletionStage<DFileSystem> connect(List<HostAddress> contacts) {
        return connect(ClientSettings.builder().contacts(contacts).build());
    }

    /** Finds the cluster by any of these hosts, each {@code host:port}, with default settings. */
    static CompletionStage<DFileSystem> connect(String... contacts) {
        ClientSettings.Builder settings = ClientSettings.builder();
        for (String contact : contacts) {
            settings.contact(contact);
        }
        return connect(settings.build());
    }

    /** Returns the host list as this client knows it. */
    HostList hostList();

    /** Returns the hosts that keep, or would keep, the file: computed, nobody is asked. */
    List<Host> where(String name);

    /**
     * Opens a file.
     *
     * <p>Options are those of {@link java.nio.file.StandardOpenOption}, with the meaning they have there: {@code READ}
     * (also if none is given), {@code WRITE}, {@code APPEND} (every {@code write} goes to the end, wherever that is
     * then), {@code CREATE}, {@code CREATE_NEW}, {@code TRUNCATE_EXISTING}. {@code SYNC} and {@code DSYNC} are accepted
     * and hold anyway. {@code READ} goes with {@code APPEND}.
     *
     * <p>Completes with {@link Failure.NoSuchFile} or {@link Failure.FileExists} as the options have it.
     *
     * @throws UnsupportedOperationException for {@code DELETE_ON_CLOSE}, {@code SPARSE} and foreign options
     * @throws IllegalArgumentException for {@code APPEND} with {@code TRUNCATE_EXISTING}, and for creating or truncating
     *     without {@code WRITE} or {@code APPEND}
     */
    CompletionStage<DFile> open(String name, OpenOption... options);

    /**
     * Opens a file as Python does: {@code "r"} reads what exists, {@code "w"} creates or empties, {@code "a"} appends and
     * creates if needed, {@code "x"} creates what must not exist; {@code "+"} adds the other of reading and writing.
     * A {@code "b"} is allowed and changes nothing: files hold bytes.
     *
     * @throws IllegalArgumentException if the text is no such mode
     */
    CompletionStage<DFile> open(String name, String mode);

    /** Completes with {@link Failure.NoSuchFile} if there is none. */
    CompletionStage<FileStatus> stat(String name);

    CompletionStage<Boolean> exists(String name);

    /** Removes a file; {@link Failure.NoSuchFile} if there is none. */
    CompletionStage<Receipt> delete(String name);

    /** Returns the first files whose names start with {@code prefix}, which may be empty. */
    default CompletionStage<ListPage> list(String prefix) {
        return list(prefix, "");
    }

    /**
     * Returns the first files whose names start with {@code prefix} and come after {@code after}; both may be empty.
     * Completes with {@link Failure.ListingIncomplete} if so many hosts do not answer that files may be missing.
     */
    CompletionStage<ListPage> list(String prefix, String after);

    /** As {@link #list(String, String)}, but shows what there is, and names the hosts that did not answer. */
    CompletionStage<ListPage> listPartial(String prefix, String after);

    /**
     * Reads a whole file: one round trip for up to 1 MiB, of one state of the file. Longer ones are read in chunks, each
     * of one state of the same generation; more than {@link ClientSettings#maxBytesInFlight} is
     * {@link Failure.TooLongToHold}.
     */
    CompletionStage<byte[]> readAll(String name);

    /** Creates the file or replaces its whole content: {@link #write(String, ByteBuffer, WriteMode)}. */
    default CompletionStage<Receipt> write(String name, byte[] content) {
        return write(name, ByteBuffer.wrap(content), WriteMode.REPLACE);
    }

    /**
     * Makes what remains in {@code content} the whole content of the file, in one step however long it is: readers see
     * the old content or the new one. One round trip for up to 1 MiB; more is sent ahead in chunks, then published.
     */
    CompletionStage<Receipt> write(String name, ByteBuffer content, WriteMode mode);

    /**
     * Makes what a publisher publishes the whole content of the file, in one step once it has completed. Nothing is
     * published if it fails; the stage then completes with its error. Buffers may be used again as soon as more is
     * requested.
     */
    CompletionStage<Receipt> write(String name, Flow.Publisher<ByteBuffer> content, WriteMode mode);

    /** Appends to the file, which is created if needed: {@link #append(String, ByteBuffer)}. */
    default CompletionStage<Receipt> append(String name, byte[] content) {
        return append(name, ByteBuffer.wrap(content));
    }

    /**
     * Puts what remains in {@code content} at the end of the file, wherever that is when its turn comes; creates the
     * file if needed. One round trip, exactly once however often it had to be sent. The receipt says where the bytes
     * stand.
     *
     * @throws IllegalArgumentException for more than 1 MiB, the most that is atomic; {@link DFile#append} takes more
     */
    CompletionStage<Receipt> append(String name, ByteBuffer content);

    /** Stores a local file: {@link #copyIn(Path, String, WriteMode, Progress)} that replaces, without progress. */
    default CompletionStage<Receipt> copyIn(Path source, String name) {
        return copyIn(source, name, WriteMode.REPLACE, Progress.NONE);
    }

    /**
     * Stores a local file under a name, in one step at the end. Completes with {@link Failure.LocalFileFailed} if the
     * local file cannot be read.
     */
    CompletionStage<Receipt> copyIn(Path source, String name, WriteMode mode, Progress progress);

    /** Fetches a file: {@link #copyOut(String, Path, Progress)} without progress. */
    default CompletionStage<Long> copyOut(String name, Path target) {
        return copyOut(name, target, Progress.NONE);
    }

    /**
     * Fetches a file into a local one and returns its length. The bytes go to a temporary file beside the target, which
     * is renamed at the end, replacing what was there; after a failure the target is as before and the temporary file
     * gone. Completes with {@link Failure.LocalFileFailed} if the local file cannot be written.
     */
    CompletionStage<Long> copyOut(String name, Path target, Progress progress);

    /**
     * Reads a file from front to end, blocking. Each chunk of 1 MiB is of one state; a file deleted or replaced
     * meanwhile ends the stream with an error. Errors are {@link java.io.IOException}s with a {@link DFileException} as
     * cause. Reads at most {@link ClientSettings#chunksInFlight} chunks ahead.
     */
    InputStream inputStream(String name);

    /** Writes a whole file, blocking, published in one step by {@code close}. */
    DFileOutputStream outputStream(String name, WriteMode mode);

    /**
     * Publishes a file from front to end in buffers of up to 1 MiB, to each subscriber anew. Reads at most {@link
     * ClientSettings#chunksInFlight} chunks ahead of what was requested. Errors are {@link DFileException}s.
     */
    Flow.Publisher<ByteBuffer> publisher(String name);

    /**
     * Lets the cluster go. What is under way completes with {@link Failure.ClientClosed}; of changes among it nothing is
     * known. Returns when the network is closed. A second call does nothing. Open {@link DFile}s are of no further use.
     */
    @Override
    void close();
}
