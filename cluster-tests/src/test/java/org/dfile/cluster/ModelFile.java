package org.dfile.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.dfile.cluster.ModelFiles.Content;
import org.dfile.model.FileName;
import org.dfile.model.WriteMode;

/** The model of one open file: what a {@link org.dfile.client.DFile} is supposed to do. */
final class ModelFile {

    private final ModelFiles files;
    private final FileName name;
    private final boolean append;
    private final long generation;
    private long cursor;

    private ModelFile(ModelFiles files, FileName name, boolean append, long generation) {
        this.files = files;
        this.name = name;
        this.append = append;
        this.generation = generation;
    }

    /** Opens in one of Python's modes; empty if that fails, and then {@link #whyNot} tells why. */
    static Optional<ModelFile> open(ModelFiles files, FileName name, String mode) {
        if (whyNot(files, name, mode).isPresent()) {
            return Optional.empty();
        }
        Content content = files.create(name);
        if (mode.startsWith("w")) {
            files.put(name, new byte[0], 0, 0);
        }
        return Optional.of(new ModelFile(files, name, mode.startsWith("a"), content.generation()));
    }

    static Optional<Seen> whyNot(ModelFiles files, FileName name, String mode) {
        boolean there = files.find(name).isPresent();
        if (mode.startsWith("r") && !there) {
            return Optional.of(Seen.NO_SUCH_FILE);
        }
        return mode.startsWith("x") && there ? Optional.of(Seen.FILE_EXISTS) : Optional.empty();
    }

    boolean appends() {
        return append;
    }

    Seen read(long byteCount) {
        return onContent(content -> {
            byte[] bytes = cut(content.bytes(), cursor, byteCount);
            cursor += bytes.length;
            return Seen.bytes(bytes);
        });
    }

    Seen readAt(long offset, long byteCount) {
        return onContent(content -> Seen.bytes(cut(content.bytes(), offset, byteCount)));
    }

    Seen readLine() {
        return onContent(content -> {
            byte[] rest = cut(content.bytes(), cursor, Long.MAX_VALUE);
            if (rest.length == 0) {
                return Seen.value("no line");
            }
            int feed = 0;
            while (feed < rest.length && rest[feed] != '\n') {
                feed++;
            }
            cursor += Math.min(rest.length, feed + 1);
            int end = feed < rest.length && feed > 0 && rest[feed - 1] == '\r' ? feed - 1 : feed;
            return Seen.value(new String(rest, 0, end, UTF_8));
        });
    }

    Seen write(byte[] bytes) {
        long offset = cursor;
        if (append) {
            return append(bytes);
        }
        cursor += bytes.length;
        return writeAt(offset, bytes);
    }

    Seen writeAt(long offset, byte[] bytes) {
        return onContent(content ->
                files.put(name, ModelFiles.overwrite(content.bytes(), (int) offset, bytes), offset, bytes.length));
    }

    Seen append(byte[] bytes) {
        return onContent(content -> files.append(name, bytes));
    }

    Seen truncate(long length) {
        return onContent(content -> {
            files.replace(name, Arrays.copyOf(content.bytes(), (int) length), WriteMode.REPLACE);
            return Seen.value("length " + length);
        });
    }

    Seen size() {
        return onContent(content -> Seen.value(content.bytes().length));
    }

    void seek(long offset) {
        cursor = offset;
    }

    Seen tell() {
        return Seen.value(cursor);
    }

    private Seen onContent(Function<Content, Seen> operation) {
        Optional<Content> content = files.find(name);
        if (content.isEmpty()) {
            return Seen.NO_SUCH_FILE;
        }
        return content.get().generation() == generation ? operation.apply(content.get()) : Seen.REPLACED;
    }

    private static byte[] cut(byte[] bytes, long offset, long byteCount) {
        int from = (int) Math.min(offset, bytes.length);
        int to = (int) Math.min(bytes.length, byteCount > bytes.length ? bytes.length : from + byteCount);
        return Arrays.copyOfRange(bytes, from, to);
    }
}
