package org.dfile.manager.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.dfile.model.FileName;
import org.dfile.model.InvalidFileNameException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FolderTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "/"})
    void of_nothingOrSlash_isTop(String text) {
        assertThat(Folder.of(text)).isEqualTo(Folder.TOP).hasToString("/");
        assertThat(Folder.TOP.file("a/b")).hasToString("a/b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a/b/"})
    void of_nameWithOrWithoutSlash_isSameFolder(String text) {
        Folder folder = Folder.of(text);
        assertThat(folder).isEqualTo(new Folder("a/b/"));
        assertThat(folder.relative(FileName.of("a/b/c/d"))).isEqualTo("c/d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"//", "a//", "/a", "..", "a/../b", "./a"})
    void of_whatNoFileCouldBeIn_isRefused(String text) {
        assertThatThrownBy(() -> Folder.of(text)).isInstanceOf(InvalidFileNameException.class);
    }
}
