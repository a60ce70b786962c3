package org.dfile.store.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;

/** A folder in memory that operations are applied to, one after the other, whichever of them the crash has left. */
final class Disk {

    private static final class Content {
        byte[] bytes = new byte[0];
        int size;

        void resize(int newSize) {
            if (newSize < size) {
                Arrays.fill(bytes, newSize, size, (byte) 0);
            } else if (newSize > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(newSize, 2 * bytes.length));
            }
            size = newSize;
        }
    }

    private final Map<Integer, Content> contents = new HashMap<>();
    private final Map<String, Integer> names = new TreeMap<>();
    private final Set<String> directories = new TreeSet<>();

    /** Applies what is possible: a name in a directory that was lost, or a rename of a lost name, is lost too. */
    void apply(Op op) {
        if (op instanceof Op.Write write) {
            write(write, 0, write.bytes().length);
        } else if (op instanceof Op.Resize resize) {
            content(resize.file()).resize((int) resize.size());
        } else if (op instanceof Op.Create create) {
            name(create.path(), create.file());
        } else if (op instanceof Op.MakeDirectory make) {
            if (hasParent(make.path())) {
                directories.add(make.path());
            }
        } else if (op instanceof Op.Remove remove) {
            names.remove(remove.path());
            if (empty(remove.path())) {
                directories.remove(remove.path());
            }
        } else if (op instanceof Op.Rename rename) {
            Integer file = names.remove(rename.from());
            if (file != null) {
                name(rename.to(), file);
            }
        } else if (op instanceof Op.Link link) {
            Integer file = names.get(link.from());
            if (file != null) {
                name(link.to(), file);
            }
        } else {
            throw new AssertionError("unhandled " + op);
        }
    }

    /** Applies the part of a write from one byte to another; what was not written stays as it was. */
    void write(Op.Write write, int from, int to) {
        Content content = content(write.file());
        int start = (int) write.offset() + from;
        int end = (int) write.offset() + to;
        if (end > content.size) {
            content.resize(end);
        }
        System.arraycopy(write.bytes(), from, content.bytes, start, to - from);
    }

    /** Makes the file as long as a write does, without its bytes: journaling file systems may write a length first. */
    void extend(Op.Write write) {
        Content content = content(write.file());
        content.resize(Math.max(content.size, (int) write.offset() + write.bytes().length));
    }

    private Content content(int file) {
        return contents.computeIfAbsent(file, any -> new Content());
    }

    private void name(String path, int file) {
        if (hasParent(path)) {
            names.put(path, file);
        }
    }

    private boolean hasParent(String path) {
        String parent = Op.parent(path);
        return parent.isEmpty() || directories.contains(parent);
    }

    private boolean empty(String directory) {
        return names.keySet().stream().noneMatch(name -> Op.parent(name).equals(directory));
    }

    /** A checksum of all names and contents. */
    long fingerprint() {
        CRC32 crc = new CRC32();
        long length = 0;
        for (String directory : directories) {
            crc.update(directory.getBytes(StandardCharsets.UTF_8));
        }
        for (Map.Entry<String, Integer> name : names.entrySet()) {
            crc.update(name.getKey().getBytes(StandardCharsets.UTF_8));
            Content content = content(name.getValue());
            crc.update(content.bytes, 0, content.size);
            length += content.size;
        }
        return crc.getValue() | length << 32;
    }

    /** Writes everything into a folder that does not exist yet. */
    void rebuild(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String directory : directories) { // a parent comes before what is in it
            Files.createDirectory(folder.resolve(directory));
        }
        for (Map.Entry<String, Integer> name : names.entrySet()) {
            Content content = content(name.getValue());
            Files.write(folder.resolve(name.getKey()), Arrays.copyOf(content.bytes, content.size));
        }
    }
}
