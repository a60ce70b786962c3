package org.dfile.manager.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** Local files that come into being whole or not at all. */
final class LocalFiles {

    private static final SecureRandom RANDOM = new SecureRandom();

    private LocalFiles() {}

    /** Returns whether there is anything at {@code path}, be it a symbolic link that leads nowhere. */
    static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Returns a new hidden name in the directory of {@code target}, short enough for every file system. */
    static Path temporaryBeside(Path target) {
        byte[] random = new byte[8];
        RANDOM.nextBytes(random);
        return target.resolveSibling(".dfile-" + HexFormat.of().formatHex(random) + ".tmp");
    }

    /** Moves a complete file to its place, after its bytes are on disk. A symbolic link there is replaced, not followed. */
    static void publish(Path temporary, Path target, boolean replace) throws IOException {
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        if (replace) {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } else {
            Files.move(temporary, target);
        }
    }

    /**
     * Makes the directories between {@code root}, which is there, and {@code path}. A symbolic link on the way is
     * refused: it could lead out of {@code root}.
     */
    static void createDirectoriesBelow(Path root, Path path) throws IOException {
        Path directory = root;
        for (Path element : root.relativize(path)) {
            directory = directory.resolve(element);
            if (Files.isSymbolicLink(directory)) {
                throw new FileSystemException(
                        directory.toString(), null, "a symbolic link, which is not followed out of " + root);
            }
            createDirectory(directory);
        }
    }

    private static void createDirectory(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw new NotDirectoryException(directory.toString());
            }
        }
    }

    /** Says in a few words why a local operation failed; the path is for the caller to name. */
    static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "exists already";
        }
        if (failure instanceof NotDirectoryException) {
            return "not a directory";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return "a directory";
        }
        if (failure instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return Optional.ofNullable(failure.getMessage())
                .orElse(failure.getClass().getSimpleName());
    }
}
