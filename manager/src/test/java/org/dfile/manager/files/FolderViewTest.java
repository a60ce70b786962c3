package org.dfile.manager.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dfile.model.FileName;
import org.dfile.model.FileStatus;
import org.dfile.model.FileVersion;
import org.junit.jupiter.api.Test;

final class FolderViewTest {

    @Test
    void next_filesAndImpliedFolders_eachOnceInOrder() {
        assertThat(shown(Folder.TOP, "a", "a/b", "a/c/d", "b/x", "b/y", "c")).containsExactly("a", "a/", "b/", "c");
    }

    @Test
    void next_nameBetweenFileAndItsFolder_folderIsStillFoundOnce() {
        // '-' and '.' come before '/', '0' after it.
        assertThat(shown(Folder.TOP, "a", "a-1", "a.txt", "a/b", "a/c", "a0"))
                .containsExactly("a", "a-1", "a.txt", "a/", "a0");
    }

    @Test
    void next_lowerLevel_showsNamesAsSeenFromThere() {
        assertThat(shown(Folder.of("a"), "a/b", "a/b/c", "a/b/d/e", "a/ä ö")).containsExactly("b", "b/", "ä ö");
    }

    @Test
    void next_file_comesWithItsStatus() {
        FileStatus status = status("a/b");
        assertThat(new FolderView(Folder.of("a")).next(status)).contains(new FolderView.FileEntry("b", status));
    }

    @Test
    void next_anyNames_showsExactlyFirstSegments() {
        long seed = Long.getLong("dfile.seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> names = IntStream.range(0, 500)
                .mapToObj(i -> randomName(random))
                .distinct()
                .map(FileName::of)
                .sorted()
                .map(FileName::toString)
                .toList();
        TreeSet<String> expected = new TreeSet<>();
        names.forEach(name -> expected.add(name.contains("/") ? name.substring(0, name.indexOf('/') + 1) : name));
        assertThat(shown(Folder.TOP, names.toArray(String[]::new)))
                .as("-Ddfile.seed=%d", seed)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private static String randomName(Random random) {
        String letters = "a-./0b";
        String name = random.ints(1 + random.nextInt(6), 0, letters.length())
                .mapToObj(index -> letters.substring(index, index + 1))
                .reduce("", String::concat);
        return "x" + name.replaceAll("/+", "/x").replaceAll("/$", "");
    }

    private static List<String> shown(Folder folder, String... names) {
        FolderView view = new FolderView(folder);
        return Stream.of(names)
                .map(FolderViewTest::status)
                .map(view::next)
                .flatMap(Optional::stream)
                .map(FolderView.Entry::relative)
                .toList();
    }

    private static FileStatus status(String name) {
        return new FileStatus(FileName.of(name), new FileVersion(1, 1), 0, Instant.EPOCH, Instant.EPOCH);
    }
}
