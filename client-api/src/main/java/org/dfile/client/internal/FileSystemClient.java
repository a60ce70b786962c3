package org.dfile.client.internal;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.dfile.client.DFile;
import org.dfile.client.DFileException;
import org.dfile.client.DFileOutputStream;
import org.dfile.client.DFileSystem;
import org.dfile.client.ListPage;
import org.dfile.client.Progress;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileStatus;
import org.dfile.model.FileVersion;
import org.dfile.model.Host;
import org.dfile.model.HostList;
import org.dfile.model.Limits;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;

/** The client of one cluster: checks what callers ask, takes it from the budget, and hands the work on. */
final class FileSystemClient implements DFileSystem {

    private final Engine engine;
    private final Parts parts;
    private final WholeReads reads;

    FileSystemClient(Engine engine) {
        this.engine = engine;
        this.parts = engine.parts();
        this.reads = new WholeReads(parts);
    }

    /** Takes one call and its bytes from the budget for as long as it runs; refuses at once what does not fit. */
    <T> CompletionStage<T> run(long byteCount, Supplier<CompletableFuture<T>> work) {
        checkOpen();
        Failure busy = parts.budget().enter(byteCount);
        if (busy != null) {
            return parts.callbacks().handOut(CompletableFuture.failedFuture(new DFileException(busy)));
        }
        CompletableFuture<T> result;
        try {
            result = work.get();
        } catch (RuntimeException e) {
            parts.budget().leave(byteCount);
            throw e;
        }
        return parts.callbacks()
                .handOut(result.whenComplete((value, error) -> parts.budget().leave(byteCount)));
    }

    private void checkOpen() {
        if (engine.isClosed()) {
            throw new ClosedFileSystemException();
        }
    }

    Budget budget() {
        return parts.budget();
    }

    int sessionCount() {
        return parts.sessions().size();
    }

    // -- the cluster

    @Override
    public HostList hostList() {
        return parts.questions().members().list();
    }

    @Override
    public List<Host> where(String name) {
        return parts.questions().members().replicasOf(FileName.of(name));
    }

    // -- files

    @Override
    public CompletionStage<DFile> open(String name, OpenOption... options) {
        return open(FileName.of(name), OpenMode.of(options));
    }

    @Override
    public CompletionStage<DFile> open(String name, String mode) {
        return open(FileName.of(name), OpenMode.parse(mode));
    }

    private CompletionStage<DFile> open(FileName name, OpenMode mode) {
        return run(0, () -> mode.create() == OpenMode.Creation.NEVER ? openPresent(name, mode) : create(name, mode));
    }

    private CompletableFuture<DFile> create(FileName name, OpenMode mode) {
        return parts.sessions()
                .submit(name, mode.creation())
                .thenApply(receipt -> opened(name, mode, receipt.version(), receipt.length()));
    }

    private CompletableFuture<DFile> openPresent(FileName name, OpenMode mode) {
        CompletableFuture<FileStatus> present = parts.questions().stat(name);
        if (!mode.truncate()) {
            return present.thenApply(status -> opened(name, mode, status.version(), status.length()));
        }
        return present.thenCompose(status -> parts.sessions()
                .submit(name, new Change.Truncate(status.version().generation(), 0))
                .thenApply(receipt -> opened(name, mode, receipt.version(), 0)));
    }

    private DFile opened(FileName name, OpenMode mode, FileVersion version, long length) {
        return new OpenFile(this, parts, name, version, mode, mode.append() ? length : 0);
    }

    @Override
    public CompletionStage<FileStatus> stat(String name) {
        FileName fileName = FileName.of(name);
        return run(0, () -> parts.questions().stat(fileName));
    }

    @Override
    public CompletionStage<Boolean> exists(String name) {
        FileName fileName = FileName.of(name);
        return run(
                0,
                () -> parts.questions().stat(fileName).handle((status, error) -> {
                    if (error == null) {
                        return true;
                    }
                    Throwable reason = Callbacks.unwrap(error);
                    if (reason instanceof DFileException failed && failed.failure() instanceof Failure.NoSuchFile) {
                        return false;
                    }
                    throw reason instanceof RuntimeException failed ? failed : new IllegalStateException(reason);
                }));
    }

    @Override
    public CompletionStage<Receipt> delete(String name) {
        FileName fileName = FileName.of(name);
        return run(0, () -> parts.sessions().submit(fileName, new Change.Delete(Change.ANY_GENERATION)));
    }

    @Override
    public CompletionStage<ListPage> list(String prefix, String after) {
        return run(0, () -> new Listing(parts.questions(), prefix, false).page(after));
    }

    @Override
    public CompletionStage<ListPage> listPartial(String prefix, String after) {
        return run(0, () -> new Listing(parts.questions(), prefix, true).page(after));
    }

    // -- whole files

    @Override
    public CompletionStage<byte[]> readAll(String name) {
        FileName fileName = FileName.of(name);
        return run(
                0,
                () -> reads.many(fileName, Change.ANY_GENERATION, 0, Limits.MAX_FILE_BYTES)
                        .thenApply(FileSystemClient::array));
    }

    private static byte[] array(ByteBuffer bytes) {
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        return array;
    }

    @Override
    public CompletionStage<Receipt> write(String name, ByteBuffer content, WriteMode mode) {
        FileName fileName = FileName.of(name);
        Chunks chunks = Chunks.of(content);
        if (chunks.isOne()) {
            Change change = new Change.Replace(mode, chunks.one());
            return run(chunks.byteCount(), () -> parts.sessions().submit(fileName, change));
        }
        return run(0, () -> new WholeWrite(parts, fileName, mode).write(chunks));
    }

    @Override
    public CompletionStage<Receipt> write(String name, Flow.Publisher<ByteBuffer> content, WriteMode mode) {
        UploadSubscriber subscriber =
                new UploadSubscriber(parts.callbacks(), new Uploader(parts, FileName.of(name), mode));
        return run(0, () -> {
            engine.onClose(subscriber::onClientClosed, subscriber.receipt());
            content.subscribe(subscriber);
            return subscriber.receipt();
        });
    }

    @Override
    public CompletionStage<Receipt> append(String name, ByteBuffer content) {
        FileName fileName = FileName.of(name);
        if (content.remaining() > Limits.MAX_CHUNK_BYTES) {
            throw new IllegalArgumentException(
                    content.remaining() + " bytes in one atomic append, at most " + Limits.MAX_CHUNK_BYTES);
        }
        Chunks chunks = Chunks.of(content);
        Change change = new Change.Append(Change.ANY_GENERATION, true, chunks.one());
        return run(chunks.byteCount(), () -> parts.sessions().submit(fileName, change));
    }

    @Override
    public CompletionStage<Receipt> copyIn(Path source, String name, WriteMode mode, Progress progress) {
        FileName fileName = FileName.of(name);
        return run(0, () -> new LocalCopies(parts).in(source, fileName, mode, progress));
    }

    @Override
    public CompletionStage<Long> copyOut(String name, Path target, Progress progress) {
        FileName fileName = FileName.of(name);
        return run(0, () -> new LocalCopies(parts).out(fileName, target, progress));
    }

    // -- streams

    @Override
    public InputStream inputStream(String name) {
        FileName fileName = FileName.of(name);
        checkOpen();
        return new ReadStream(parts.reader(fileName, Change.ANY_GENERATION, 0, Limits.MAX_FILE_BYTES));
    }

    @Override
    public DFileOutputStream outputStream(String name, WriteMode mode) {
        FileName fileName = FileName.of(name);
        checkOpen();
        return new WriteStream(fileName, new Uploader(parts, fileName, mode));
    }

    @Override
    public Flow.Publisher<ByteBuffer> publisher(String name) {
        FileName fileName = FileName.of(name);
        checkOpen();
        return new PullPublisher<>(parts.callbacks(), () -> {
            ChunkReader reader = parts.reader(fileName, Change.ANY_GENERATION, 0, Limits.MAX_FILE_BYTES);
            return () -> reader.next()
                    .thenApply(chunk -> chunk == null ? null : chunk.bytes().buffer());
        });
    }

    @Override
    public void close() {
        engine.close();
    }
}
