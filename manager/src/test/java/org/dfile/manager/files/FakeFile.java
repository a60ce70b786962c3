package org.dfile.manager.files;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.dfile.client.DFile;
import org.dfile.client.DFileException;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.Receipt;

/** Reads at offsets and appends; what is needed of an open file here. */
final class FakeFile implements DFile {

    private final FakeFileSystem files;
    private final String name;

    FakeFile(FakeFileSystem files, String name) {
        this.files = files;
        this.name = name;
    }

    @Override
    public CompletionStage<ByteBuffer> readAt(long offset, int byteCount) {
        return CompletableFuture.supplyAsync(() -> {
            byte[] content = files.content(name);
            int start = (int) Math.min(offset, content.length);
            return ByteBuffer.wrap(content, start, Math.min(byteCount, content.length - start));
        });
    }

    @Override
    public synchronized CompletionStage<Receipt> append(ByteBuffer bytes) {
        Failure failure = files.failures.get(name + "#" + files.appends.size());
        if (failure != null) {
            return CompletableFuture.failedFuture(new DFileException(failure));
        }
        byte[] added = new byte[bytes.remaining()];
        bytes.duplicate().get(added);
        files.appends.add(added.length);
        byte[] old = files.content(name);
        byte[] longer = Arrays.copyOf(old, old.length + added.length);
        System.arraycopy(added, 0, longer, old.length, added.length);
        files.contents.put(FileName.of(name), longer);
        return CompletableFuture.completedFuture(FakeFileSystem.receipt(old.length, added, longer.length));
    }

    @Override
    public FileName name() {
        return FileName.of(name);
    }

    @Override
    public long generation() {
        return 1;
    }

    @Override
    public CompletionStage<ByteBuffer> read(int byteCount) {
        throw FakeFileSystem.uncalled("DFile.read(int)");
    }

    @Override
    public CompletionStage<ByteBuffer> readAll() {
        throw FakeFileSystem.uncalled("DFile.readAll()");
    }

    @Override
    public CompletionStage<Optional<String>> readLine() {
        throw FakeFileSystem.uncalled("DFile.readLine()");
    }

    @Override
    public Flow.Publisher<String> lines() {
        throw FakeFileSystem.uncalled("DFile.lines()");
    }

    @Override
    public CompletionStage<Receipt> write(ByteBuffer bytes) {
        throw FakeFileSystem.uncalled("DFile.write(ByteBuffer)");
    }

    @Override
    public CompletionStage<Receipt> writeAt(long offset, ByteBuffer bytes) {
        throw FakeFileSystem.uncalled("DFile.writeAt(long, ByteBuffer)");
    }

    @Override
    public void seek(long offset) {
        throw FakeFileSystem.uncalled("DFile.seek(long)");
    }

    @Override
    public CompletionStage<Long> tell() {
        throw FakeFileSystem.uncalled("DFile.tell()");
    }

    @Override
    public CompletionStage<Long> size() {
        throw FakeFileSystem.uncalled("DFile.size()");
    }

    @Override
    public CompletionStage<Receipt> truncate(long length) {
        throw FakeFileSystem.uncalled("DFile.truncate(long)");
    }

    @Override
    public CompletionStage<Void> flush() {
        throw FakeFileSystem.uncalled("DFile.flush()");
    }

    @Override
    public CompletionStage<Void> close() {
        throw FakeFileSystem.uncalled("DFile.close()");
    }
}
