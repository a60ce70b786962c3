package org.dfile.manager.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalFilesTest {

    @TempDir
    Path root;

    @Test
    void publish_targetIsThere_isRefusedUnlessReplacing() throws IOException {
        Path target = Files.writeString(root.resolve("target"), "old");
        Path temporary = Files.writeString(LocalFiles.temporaryBeside(target), "new");
        assertThatThrownBy(() -> LocalFiles.publish(temporary, target, false))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(target).hasContent("old");
        LocalFiles.publish(temporary, target, true);
        assertThat(target).hasContent("new");
        assertThat(temporary).doesNotExist();
    }

    @Test
    void publish_targetIsALink_replacesTheLinkNotWhatItNames() throws IOException {
        Path elsewhere = Files.writeString(root.resolve("elsewhere"), "old");
        Path link = Files.createSymbolicLink(root.resolve("link"), elsewhere);
        LocalFiles.publish(Files.writeString(LocalFiles.temporaryBeside(link), "new"), link, true);
        assertThat(elsewhere).hasContent("old");
        assertThat(link).isRegularFile().hasContent("new");
    }

    @Test
    void createDirectoriesBelow_linkOnTheWay_isRefused() throws IOException {
        Path outside = Files.createDirectory(root.resolve("outside"));
        Path inside = Files.createDirectory(root.resolve("inside"));
        Files.createSymbolicLink(inside.resolve("link"), outside);
        assertThatThrownBy(() -> LocalFiles.createDirectoriesBelow(inside, inside.resolve("link/deeper")))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("symbolic link");
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void createDirectoriesBelow_fileOnTheWay_isRefused() throws IOException {
        Files.writeString(root.resolve("file"), "");
        assertThatThrownBy(() -> LocalFiles.createDirectoriesBelow(root, root.resolve("file/deeper")))
                .isInstanceOf(NotDirectoryException.class);
        LocalFiles.createDirectoriesBelow(root, root.resolve("a/b"));
        LocalFiles.createDirectoriesBelow(root, root.resolve("a/b"));
        assertThat(root.resolve("a/b")).isDirectory();
    }
}
