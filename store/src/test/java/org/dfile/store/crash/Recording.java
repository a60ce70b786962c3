package org.dfile.store.crash;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What processes did to a folder, one after the other: changes, syncs that returned, and what was said to be promised.
 * RocksDB's info logs and the lock are left out, since nothing is read from them.
 */
final class Recording {

    /** Something that happened, with the line in which it was begun and that in which it ended. */
    sealed interface Event {

        record Change(Op op, int begin, int end) implements Event {}

        /** All that was changed before it began of a file, or of the names in a directory, is on the disk now. */
        record Sync(int file, @Nullable String directory, int begin) implements Event {}

        /** A line of the process: from here on what it says is promised. */
        record Said(String line) implements Event {}
    }

    private static final int IGNORED = -1;
    private static final Pattern PROMISE =
            Pattern.compile("FORMATTED|BOOT \\d+|ACCEPTED \\d+|ACK \\d+|PROMOTED \\d+|CLOSED");

    private static final class Open {
        final int file;
        final @Nullable String directory;
        final boolean append;
        long position;

        Open(int file, @Nullable String directory, boolean append) {
            this.file = file;
            this.directory = directory;
            this.append = append;
        }
    }

    private final String root;
    private final List<Event> events = new ArrayList<>();
    private final Map<String, Integer> files = new HashMap<>();
    private final Map<Integer, Long> sizes = new HashMap<>();
    private Map<Integer, Open> descriptors = new HashMap<>();
    private int lastFile;
    private int linesBefore;

    Recording(Path root) {
        this.root = root.toString();
    }

    List<Event> events() {
        return events;
    }

    /** Adds the trace of one process. */
    void add(List<Call> calls) {
        descriptors = new HashMap<>();
        int lines = linesBefore;
        for (Call call : calls) {
            if (!call.failed()) {
                add(call);
            }
            lines = Math.max(lines, linesBefore + call.end() + 1);
        }
        linesBefore = lines;
    }

    private void add(Call call) {
        switch (call.name()) {
            case "open" -> open(call, 0);
            case "openat" -> open(call, 1);
            case "write" -> write(call);
            case "pwrite64" -> pwrite(call);
            case "fsync", "fdatasync" -> sync(call);
            case "ftruncate" -> resize(call, call.offset(1));
            case "fallocate" -> allocate(call);
            case "lseek" -> seek(call);
            case "mkdir" -> change(call, path(call.string(0)), Op.MakeDirectory::new);
            case "unlink", "rmdir" -> remove(call, path(call.string(0)));
            case "unlinkat" -> remove(call, path(call.string(1)));
            case "rename" -> rename(call, path(call.string(0)), path(call.string(1)));
            case "link" -> link(call, path(call.string(0)), path(call.string(1)));
            case "mmap" -> map(call);
            case "sync" -> {} // of the whole machine: no barrier, so that we ask for more rather than less
            default -> refuse(call);
        }
    }

    /** Whatever touches the folder in a way that is not modelled must not pass. */
    private void refuse(Call call) {
        if (call.touches(root)) {
            throw new IllegalStateException("not modelled: " + call.name() + call.arguments());
        }
    }

    private void map(Call call) {
        boolean writes = call.arguments().get(2).contains("PROT_WRITE")
                && call.arguments().get(3).contains("MAP_SHARED");
        if (writes) {
            refuse(call);
        }
    }

    /** Returns the path in the folder, or null for one outside. */
    private @Nullable String path(String written) {
        String absolute = written.replaceAll("/+", "/");
        if (absolute.equals(root)) {
            return "";
        }
        return absolute.startsWith(root + "/") ? absolute.substring(root.length() + 1) : null;
    }

    private static boolean ignored(String path) {
        return path.equals("LOCK") || path.equals("db/LOCK") || path.startsWith("db/LOG");
    }

    private void open(Call call, int pathArgument) {
        String path = path(call.string(pathArgument));
        int descriptor = (int) call.result();
        descriptors.remove(descriptor);
        if (path == null) {
            return;
        }
        String flags = call.arguments().get(pathArgument + 1);
        Integer known = files.get(path);
        if (known == null && !flags.contains("O_CREAT")) {
            descriptors.put(descriptor, new Open(IGNORED, path, false)); // a directory
            return;
        }
        int file = known != null ? known : create(call, path);
        if (known != null && flags.contains("O_TRUNC") && file != IGNORED) {
            change(call, new Op.Resize(file, 0));
            sizes.put(file, 0L);
        }
        descriptors.put(descriptor, new Open(file, null, flags.contains("O_APPEND")));
    }

    private int create(Call call, String path) {
        int file = ignored(path) ? IGNORED : ++lastFile;
        files.put(path, file);
        sizes.put(file, 0L);
        if (file != IGNORED) {
            change(call, new Op.Create(path, file));
        }
        return file;
    }

    private @Nullable Open open(Call call) {
        return path(call.pathOfDescriptor(0).replace(" (deleted)", "")) == null
                ? null
                : descriptors.get(call.number(0));
    }

    private void write(Call call) {
        if (call.number(0) == 1) {
            said(call.string(1).strip());
            return;
        }
        Open open = open(call);
        if (open != null) {
            long at = open.append ? sizes.getOrDefault(open.file, 0L) : open.position;
            open.position = at + call.result();
            write(call, open.file, at);
        }
    }

    /** Other processes that it starts may write to the same descriptor; they promise nothing. */
    private void said(String line) {
        if (PROMISE.matcher(line).matches()) {
            events.add(new Event.Said(line));
        }
    }

    private void pwrite(Call call) {
        Open open = open(call);
        if (open != null) {
            write(call, open.file, call.offset(3));
        }
    }

    private void write(Call call, int file, long offset) {
        if (file == IGNORED) {
            return;
        }
        byte[] bytes = call.bytes(1);
        int count = (int) call.result();
        change(call, new Op.Write(file, offset, count == bytes.length ? bytes : Arrays.copyOf(bytes, count)));
        sizes.merge(file, offset + count, Math::max);
    }

    private void seek(Call call) {
        Open open = open(call);
        if (open != null) {
            open.position = call.result();
        }
    }

    private void sync(Call call) {
        Open open = open(call);
        if (open != null && !call.injected()) {
            events.add(new Event.Sync(open.file, open.directory, linesBefore + call.begin()));
        }
    }

    private void resize(Call call, long size) {
        Open open = open(call);
        if (open != null && open.file != IGNORED) {
            change(call, new Op.Resize(open.file, size));
            sizes.put(open.file, size);
        }
    }

    private void allocate(Call call) {
        Open open = open(call);
        if (open == null || open.file == IGNORED) {
            return;
        }
        String mode = call.arguments().get(1);
        long end = call.offset(2) + call.offset(3);
        if (mode.equals("0")) {
            resize(call, Math.max(end, sizes.getOrDefault(open.file, 0L)));
        } else if (!mode.equals("FALLOC_FL_KEEP_SIZE")) {
            refuse(call);
        }
    }

    private interface OfPath {
        Op of(String path);
    }

    private void change(Call call, @Nullable String path, OfPath op) {
        if (path != null && !path.isEmpty()) {
            change(call, op.of(path));
        }
    }

    private void change(Call call, Op op) {
        events.add(new Event.Change(op, linesBefore + call.begin(), linesBefore + call.end()));
    }

    private void remove(Call call, @Nullable String path) {
        if (path != null) {
            files.remove(path);
            if (!ignored(path)) {
                change(call, new Op.Remove(path));
            }
        }
    }

    private void rename(Call call, @Nullable String from, @Nullable String to) {
        if (from == null || to == null || ignored(from)) {
            return;
        }
        Integer file = files.remove(from);
        if (file == null) {
            throw new IllegalStateException("rename of a directory or of an unknown file: " + from);
        }
        files.put(to, file);
        change(call, new Op.Rename(from, to));
    }

    private void link(Call call, @Nullable String from, @Nullable String to) {
        if (from != null && to != null) {
            files.put(to, Objects.requireNonNull(files.get(from)));
            change(call, new Op.Link(from, to));
        }
    }
}
