package org.dfile.manager.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;

/**
 * What the manager remembers of one cluster, in a folder beside its host list: {@code conf/hosts.conf} has {@code
 * conf/.dfile-hosts}. Losing it loses the cluster's identity and its admin token, so it belongs into the backup.
 */
public final class ClusterFolder {

    private static final int TOKEN_BYTES = 256;

    private final Path folder;

    ClusterFolder(Path folder) {
        this.folder = folder;
    }

    /** The folder of the cluster whose host list is {@code hostListFile}. It need not exist. */
    static ClusterFolder of(Path hostListFile) {
        String name = hostListFile.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return new ClusterFolder(hostListFile.resolveSibling(".dfile-" + (dot > 0 ? name.substring(0, dot) : name)));
    }

    Path path() {
        return folder;
    }

    /** Homes of the nodes that run on this machine. */
    Path nodes() {
        return folder.resolve("nodes");
    }

    Path lockFile() {
        return folder.resolve("lock");
    }

    void create() {
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new CommandException(
                    ExitCodes.FAILED,
                    "cannot make " + folder + ", where the state of the cluster is kept: " + e
                            + "; copy the host list to a folder of your own and name it with -c",
                    e);
        }
    }

    /** What the first {@code up} decided; empty if there was none. */
    Optional<Formed> formed() {
        try {
            return FormedFile.read(formedFile());
        } catch (IOException e) {
            throw new CommandException(
                    ExitCodes.FAILED, "the state of the cluster cannot be read: " + e.getMessage(), e);
        }
    }

    /** When this returns, the decision is on disk. */
    void save(Formed formed) {
        try {
            FormedFile.write(formedFile(), formed);
        } catch (IOException e) {
            throw new CommandException(ExitCodes.FAILED, "the state of the cluster cannot be saved: " + e, e);
        }
    }

    /** The admin token; drawn at the first call. Only for the holder of the cluster's lock, and one thread of it. */
    String adminToken() {
        Path file = folder.resolve("admin.token");
        try {
            if (!Files.exists(file)) {
                byte[] bytes = new byte[TOKEN_BYTES];
                new SecureRandom().nextBytes(bytes);
                DurableFile.write(file, HexFormat.of().formatHex(bytes).getBytes(UTF_8));
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CommandException(ExitCodes.FAILED, "the admin token " + file + " cannot be used: " + e, e);
        }
    }

    /** Adds a line to the journal of what operators decided, with the time. When this returns, it is on disk. */
    void journal(String line) {
        Path file = folder.resolve("journal");
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = UTF_8.encode(Instant.now().truncatedTo(ChronoUnit.SECONDS) + " "
                    + System.getProperty("user.name") + ": " + line.replace('\n', ' ') + "\n");
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        } catch (IOException e) {
            throw new CommandException(ExitCodes.FAILED, "the journal " + file + " cannot be written: " + e, e);
        }
    }

    private Path formedFile() {
        return folder.resolve("formed.json");
    }
}
