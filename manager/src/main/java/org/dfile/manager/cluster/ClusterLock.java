package org.dfile.manager.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.IntSupplier;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.jspecify.annotations.Nullable;

/** Keeps two managers from changing one cluster at the same time. The system frees it when its holder dies. */
final class ClusterLock {

    private ClusterLock() {}

    /**
     * Does {@code work} while nobody else holds the lock.
     *
     * @param command what its holder does, for the message to others
     * @throws CommandException if somebody else has it; the message says who, and nothing was done
     */
    static int hold(Path file, String command, IntSupplier work) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (tryLock(channel) == null) {
                throw new CommandException(
                        ExitCodes.REFUSED, "another manager works on this cluster: " + Files.readString(file));
            }
            channel.truncate(0);
            channel.write(UTF_8.encode("dfile " + command + ", pid "
                    + ProcessHandle.current().pid() + ", since " + Instant.now().truncatedTo(ChronoUnit.SECONDS)));
            int result = work.getAsInt();
            channel.truncate(0);
            return result;
        } catch (IOException e) {
            throw new CommandException(ExitCodes.FAILED, "the lock " + file + " cannot be used: " + e, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }
}
