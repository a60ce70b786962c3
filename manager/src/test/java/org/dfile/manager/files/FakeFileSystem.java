package org.dfile.manager.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.dfile.client.DFile;
import org.dfile.client.DFileException;
import org.dfile.client.DFileOutputStream;
import org.dfile.client.DFileSystem;
import org.dfile.client.ListPage;
import org.dfile.client.Progress;
import org.dfile.model.Bytes;
import org.dfile.model.ClusterId;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileStatus;
import org.dfile.model.FileVersion;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.Placement;
import org.dfile.model.Receipt;
import org.dfile.model.VolumeId;
import org.dfile.model.WriteMode;

/**
 * A file system in memory, with as much of {@link DFileSystem} as the commands use. Its pages are short, names can be
 * made to fail, and hosts can be missing from listings.
 */
final class FakeFileSystem implements DFileSystem {

    static final int PAGE_NAMES = 3;

    static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678Z");

    final ConcurrentSkipListMap<FileName, byte[]> contents = new ConcurrentSkipListMap<>();
    final Map<String, Failure> failures = new ConcurrentHashMap<>();
    final List<Host> missing = new ArrayList<>();
    final List<Integer> appends = new ArrayList<>();
    final AtomicInteger pages = new AtomicInteger();
    volatile boolean closed;

    private final HostList hosts = new HostList(
            new ClusterId(new UUID(1, 2)), 1, 1, List.of(host("a", 7401), host("b", 7402), host("c", 7403)));

    private static Host host(String id, int port) {
        return new Host(new HostId(id), new HostAddress("127.0.0.1", port), new VolumeId(new UUID(3, port)));
    }

    void put(String name, String content) {
        contents.put(FileName.of(name), content.getBytes(StandardCharsets.UTF_8));
    }

    String text(String name) {
        return new String(content(name), StandardCharsets.UTF_8);
    }

    List<String> names() {
        return contents.keySet().stream().map(FileName::toString).toList();
    }

    private <T> CompletionStage<T> answer(String name, Supplier<T> value) {
        Failure failure = failures.get(name);
        if (failure != null) {
            return CompletableFuture.failedFuture(new DFileException(failure));
        }
        return CompletableFuture.supplyAsync(value);
    }

    byte[] content(String name) {
        byte[] content = contents.get(FileName.of(name));
        if (content == null) {
            throw new DFileException(new Failure.NoSuchFile(FileName.of(name)));
        }
        return content;
    }

    Receipt store(String name, byte[] content, WriteMode mode) {
        FileName key = FileName.of(name);
        if (mode == WriteMode.CREATE_NEW && contents.containsKey(key)) {
            throw new DFileException(new Failure.FileExists(key));
        }
        if (mode == WriteMode.REPLACE_EXISTING) {
            byte[] ignored = content(name);
        }
        contents.put(key, content);
        return receipt(0, content, content.length);
    }

    static Receipt receipt(long offset, byte[] content, long length) {
        return new Receipt(
                new FileVersion(1, 2), offset, content.length, Bytes.of(content).crc32c(), length, 1);
    }

    private FileStatus status(FileName name) {
        return new FileStatus(name, new FileVersion(1, 2), content(name.toString()).length, TIME, TIME);
    }

    /** What is thrown by calls that no command makes. */
    static UnsupportedOperationException uncalled(String call) {
        return new UnsupportedOperationException("no command is known to call " + call);
    }

    @Override
    public HostList hostList() {
        return hosts;
    }

    @Override
    public List<Host> where(String name) {
        return new Placement(hosts).replicasOf(FileName.of(name));
    }

    @Override
    public CompletionStage<DFile> open(String name, String mode) {
        return answer(name, () -> {
            if (mode.equals("a")) {
                contents.putIfAbsent(FileName.of(name), new byte[0]);
            }
            byte[] ignored = content(name);
            return new FakeFile(this, name);
        });
    }

    @Override
    public CompletionStage<FileStatus> stat(String name) {
        return answer(name, () -> {
            byte[] ignored = content(name);
            return status(FileName.of(name));
        });
    }

    @Override
    public CompletionStage<Boolean> exists(String name) {
        return answer(name, () -> contents.containsKey(FileName.of(name)));
    }

    @Override
    public CompletionStage<Receipt> delete(String name) {
        return answer(name, () -> {
            byte[] ignored = content(name);
            contents.remove(FileName.of(name));
            return receipt(0, new byte[0], 0);
        });
    }

    @Override
    public CompletionStage<ListPage> list(String prefix, String after) {
        if (!missing.isEmpty()) {
            String text = missing.get(0).id() + " (" + missing.get(0).address() + ")";
            return CompletableFuture.failedFuture(new DFileException(new Failure.ListingIncomplete(text)));
        }
        return listPartial(prefix, after);
    }

    @Override
    public CompletionStage<ListPage> listPartial(String prefix, String after) {
        pages.incrementAndGet();
        return CompletableFuture.supplyAsync(() -> {
            List<FileStatus> found = contents.keySet().stream()
                    .filter(name -> name.toString().startsWith(prefix))
                    .filter(name -> after.isEmpty() || name.compareTo(FileName.of(after)) > 0)
                    .limit(PAGE_NAMES + 1)
                    .map(this::status)
                    .toList();
            return found.size() <= PAGE_NAMES
                    ? new ListPage(found, Optional.empty(), missing)
                    : new ListPage(
                            found.subList(0, PAGE_NAMES),
                            Optional.of(found.get(PAGE_NAMES - 1).name().toString()),
                            missing);
        });
    }

    @Override
    public CompletionStage<Receipt> copyIn(Path source, String name, WriteMode mode, Progress progress) {
        return answer(name, () -> {
            try {
                return store(name, Files.readAllBytes(source), mode);
            } catch (IOException e) {
                throw new DFileException(new Failure.LocalFileFailed(source.toString(), e.toString()));
            }
        });
    }

    @Override
    public CompletionStage<Long> copyOut(String name, Path target, Progress progress) {
        return answer(name, () -> {
            try {
                return Files.write(target, content(name)).toFile().length();
            } catch (IOException e) {
                throw new DFileException(new Failure.LocalFileFailed(target.toString(), e.toString()));
            }
        });
    }

    @Override
    public DFileOutputStream outputStream(String name, WriteMode mode) {
        return new FakeOutput(this, name, mode);
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public CompletionStage<DFile> open(String name, OpenOption... options) {
        throw uncalled("DFileSystem.open(String, OpenOption...)");
    }

    @Override
    public CompletionStage<byte[]> readAll(String name) {
        throw uncalled("DFileSystem.readAll(String)");
    }

    @Override
    public CompletionStage<Receipt> write(String name, ByteBuffer content, WriteMode mode) {
        throw uncalled("DFileSystem.write(String, ByteBuffer, WriteMode)");
    }

    @Override
    public CompletionStage<Receipt> write(String name, Flow.Publisher<ByteBuffer> content, WriteMode mode) {
        throw uncalled("DFileSystem.write(String, Flow.Publisher, WriteMode)");
    }

    @Override
    public CompletionStage<Receipt> append(String name, ByteBuffer content) {
        throw uncalled("DFileSystem.append(String, ByteBuffer)");
    }

    @Override
    public InputStream inputStream(String name) {
        throw uncalled("DFileSystem.inputStream(String)");
    }

    @Override
    public Flow.Publisher<ByteBuffer> publisher(String name) {
        throw uncalled("DFileSystem.publisher(String)");
    }
}
