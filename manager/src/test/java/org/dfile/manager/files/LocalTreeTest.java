package org.dfile.manager.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dfile.manager.files.LocalTree.Found;
import org.dfile.manager.files.LocalTree.Skipped;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalTreeTest {

    @TempDir
    Path root;

    @Test
    void scan_regularFiles_getNamesBelowTheTargetInOrder() throws IOException {
        write("b/ä x/1", 3);
        write("-a", 2);
        write("b/x", 0);
        LocalTree tree = LocalTree.scan(root, Folder.of("in/to"));
        assertThat(tree.files())
                .extracting(found -> found.name().toString(), Found::byteCount)
                .containsExactly(tuple("in/to/-a", 2L), tuple("in/to/b/x", 0L), tuple("in/to/b/ä x/1", 3L));
        assertThat(tree.byteCount()).isEqualTo(5);
        assertThat(tree.skipped()).isEmpty();
    }

    @Test
    void scan_linksAndSockets_areSkippedByName() throws IOException {
        Path file = write("file", 1);
        Files.createSymbolicLink(root.resolve("link"), file);
        Files.createSymbolicLink(root.resolve("up"), root.getParent());
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(root.resolve("socket")));
            LocalTree tree = LocalTree.scan(root, Folder.TOP);
            assertThat(tree.files()).extracting(Found::path).containsExactly(file);
            assertThat(tree.skipped())
                    .extracting(skipped -> skipped.path().getFileName().toString(), Skipped::reason, Skipped::loss)
                    .containsExactlyInAnyOrder(
                            tuple("link", "a symbolic link", false),
                            tuple("up", "a symbolic link", false),
                            tuple("socket", "not a regular file", false));
        }
    }

    @Test
    void scan_nameTooLongForDFile_isALoss() throws IOException {
        String segment = "x".repeat(255);
        write(segment, 1);
        String target = String.join("/", java.util.Collections.nCopies(16, "y".repeat(250)));
        LocalTree tree = LocalTree.scan(root, Folder.of(target));
        assertThat(tree.files()).isEmpty();
        assertThat(tree.skipped()).singleElement().satisfies(skipped -> {
            assertThat(skipped.loss()).isTrue();
            assertThat(skipped.reason()).contains("at most 4096");
        });
    }

    @Test
    void scan_rootIsALink_isFollowed() throws IOException {
        write("dir/file", 1);
        Path link = Files.createSymbolicLink(root.resolve("link"), root.resolve("dir"));
        assertThat(LocalTree.scan(link, Folder.TOP).files())
                .extracting(found -> found.name().toString())
                .containsExactly("file");
    }

    private Path write(String name, int byteCount) throws IOException {
        Path path = root.resolve(name);
        Files.createDirectories(path.getParent());
        return Files.write(path, new byte[byteCount]);
    }
}
