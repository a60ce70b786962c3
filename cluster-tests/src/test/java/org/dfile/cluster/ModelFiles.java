package org.dfile.cluster;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.dfile.model.FileName;
import org.dfile.model.Limits;
import org.dfile.model.WriteMode;

/**
 * What a DFile cluster is supposed to do, on a map in memory: every method returns what the real one returns, in the
 * form of {@link Seen}.
 */
final class ModelFiles {

    /** A file; replaced as a whole by every change. */
    static final class Content {
        private final long generation;
        private final byte[] bytes;

        private Content(long generation, byte[] bytes) {
            this.generation = generation;
            this.bytes = bytes;
        }

        long generation() {
            return generation;
        }

        byte[] bytes() {
            return bytes;
        }

        Content with(byte[] changed) {
            return new Content(generation, changed);
        }
    }

    private final NavigableMap<FileName, Content> files = new TreeMap<>();
    private final Map<FileName, Long> generations = new HashMap<>();

    Optional<Content> find(FileName name) {
        return Optional.ofNullable(files.get(name));
    }

    Seen stat(FileName name) {
        return find(name)
                .map(file -> Seen.status(file.generation(), file.bytes().length))
                .orElse(Seen.NO_SUCH_FILE);
    }

    Seen exists(FileName name) {
        return Seen.value(files.containsKey(name));
    }

    Seen readAll(FileName name) {
        return find(name).map(file -> Seen.bytes(file.bytes())).orElse(Seen.NO_SUCH_FILE);
    }

    Seen delete(FileName name) {
        Content gone = files.remove(name);
        return gone == null ? changeOfNothing(name) : Seen.value("deleted");
    }

    Seen replace(FileName name, byte[] bytes, WriteMode mode) {
        boolean there = files.containsKey(name);
        if (there && mode == WriteMode.CREATE_NEW) {
            return Seen.FILE_EXISTS;
        }
        if (!there && mode == WriteMode.REPLACE_EXISTING) {
            return changeOfNothing(name);
        }
        create(name);
        return put(name, bytes, 0, bytes.length);
    }

    /** That it failed is remembered, so the numbers of the name begin with it. */
    private Seen changeOfNothing(FileName name) {
        generations.putIfAbsent(name, 1L);
        return Seen.NO_SUCH_FILE;
    }

    Seen append(FileName name, byte[] bytes) {
        create(name);
        int end = content(name).bytes().length;
        return put(name, overwrite(content(name).bytes(), end, bytes), end, bytes.length);
    }

    Seen list(String prefix, String after) {
        List<String> names = files.keySet().stream()
                .map(FileName::toString)
                .filter(name -> name.startsWith(prefix))
                .filter(name -> after.isEmpty() || FileName.of(name).compareTo(FileName.of(after)) > 0)
                .toList();
        List<String> page = names.subList(0, Math.min(names.size(), Limits.LIST_PAGE_NAMES));
        return Seen.value(page + (page.size() < names.size() ? " and more" : ""));
    }

    /** Makes the file be there, empty if it was not. */
    Content create(FileName name) {
        if (!files.containsKey(name)) {
            long generation = generations.getOrDefault(name, 0L) + 1;
            generations.put(name, generation);
            files.put(name, new Content(generation, new byte[0]));
        }
        return content(name);
    }

    Seen put(FileName name, byte[] all, long offset, long byteCount) {
        files.put(name, content(name).with(all));
        return Seen.receipt(content(name).generation(), offset, byteCount, all.length);
    }

    private Content content(FileName name) {
        return find(name).orElseThrow();
    }

    static byte[] overwrite(byte[] old, int offset, byte[] bytes) {
        byte[] all = Arrays.copyOf(old, Math.max(old.length, offset + bytes.length));
        System.arraycopy(bytes, 0, all, offset, bytes.length);
        return all;
    }
}
