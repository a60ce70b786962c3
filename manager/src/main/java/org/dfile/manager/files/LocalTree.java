package org.dfile.manager.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.dfile.manager.files.LocalNames.NoCounterpartException;
import org.dfile.model.FileName;
import org.dfile.model.InvalidFileNameException;
import org.jspecify.annotations.Nullable;

/**
 * The regular files below a local directory with the names they get in DFile, and all else with the reason why it stays
 * behind. Symbolic links are not followed, save {@code root} itself.
 *
 * @param files in order of their names
 */
record LocalTree(List<Found> files, List<Skipped> skipped) {

    /** A file to be stored. */
    record Found(Path path, FileName name, long byteCount) {}

    /**
     * What is not stored.
     *
     * @param loss whether it is a file whose content is missing in DFile now; else there is nothing that DFile could keep
     */
    record Skipped(Path path, String reason, boolean loss) {}

    LocalTree {
        files = List.copyOf(files);
        skipped = List.copyOf(skipped);
    }

    /** Walks all of {@code root}, which is a directory. Errors below it are among what is skipped. */
    static LocalTree scan(Path root, Folder target) throws IOException {
        Path directory = Files.isSymbolicLink(root) ? root.toRealPath() : root;
        Scan scan = new Scan(directory, target);
        Files.walkFileTree(directory, scan);
        scan.files.sort(Comparator.comparing(Found::name));
        return new LocalTree(scan.files, scan.skipped);
    }

    long byteCount() {
        return files.stream().mapToLong(Found::byteCount).sum();
    }

    private static final class Scan extends SimpleFileVisitor<Path> {

        private final Path root;
        private final Folder target;
        private final List<Found> files = new ArrayList<>();
        private final List<Skipped> skipped = new ArrayList<>();

        Scan(Path root, Folder target) {
            this.root = root;
            this.target = target;
        }

        @Override
        public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            if (attributes.isSymbolicLink()) {
                skip(path, "a symbolic link", false);
            } else if (!attributes.isRegularFile()) {
                skip(path, "not a regular file", false);
            } else if (!Files.isReadable(path)) {
                skip(path, "permission denied", true);
            } else {
                found(path, attributes.size());
            }
            return FileVisitResult.CONTINUE;
        }

        private void found(Path path, long byteCount) {
            try {
                files.add(new Found(path, target.file(LocalNames.nameOf(root.relativize(path))), byteCount));
            } catch (NoCounterpartException | InvalidFileNameException e) {
                skip(path, String.valueOf(e.getMessage()), true);
            }
        }

        @Override
        public FileVisitResult visitFileFailed(Path path, IOException failure) {
            skip(path, LocalFiles.reason(failure), true);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path path, @Nullable IOException failure) {
            if (failure != null) {
                skip(path, LocalFiles.reason(failure), true);
            }
            return FileVisitResult.CONTINUE;
        }

        private void skip(Path path, String reason, boolean loss) {
            skipped.add(new Skipped(path, reason, loss));
        }
    }
}
