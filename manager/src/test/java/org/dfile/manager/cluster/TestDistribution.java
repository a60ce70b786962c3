package org.dfile.manager.cluster;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Makes a distribution of what this test runs with: class folders become jars, jars are linked, test libraries left out. */
final class TestDistribution {

    private static final List<String> TEST_LIBRARIES = List.of(
            "junit",
            "assertj",
            "awaitility",
            "sshd",
            "bcp",
            "bcu",
            "opentest4j",
            "surefire",
            "apiguardian",
            "hamcrest",
            "byte-buddy");

    private TestDistribution() {}

    /** Fills {@code root}, which must be empty, and returns it. */
    static Path make(Path root) throws IOException {
        Path lib = Files.createDirectories(root.resolve("lib"));
        int count = 0;
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            String name = path.getFileName().toString();
            boolean isManager = path.endsWith(Path.of("manager", "target", "classes"));
            if (Files.isDirectory(path) && !name.equals("test-classes")) {
                jar(path, isManager ? root.resolve("dfile.jar") : lib.resolve("module-" + count++ + ".jar"));
            } else if (Files.isRegularFile(path) && TEST_LIBRARIES.stream().noneMatch(name::startsWith)) {
                link(lib.resolve(name), path.toRealPath());
            }
        }
        return root;
    }

    private static void link(Path link, Path target) throws IOException {
        try {
            Files.createLink(link, target);
        } catch (IOException e) {
            Files.copy(target, link); // another file system
        }
    }

    private static void jar(Path folder, Path target) throws IOException {
        try (OutputStream out = Files.newOutputStream(target);
                JarOutputStream jar = new JarOutputStream(out);
                Stream<Path> files = Files.walk(folder)) {
            jar.setLevel(1);
            files.filter(Files::isRegularFile).sorted().forEach(file -> add(jar, folder, file));
        }
    }

    private static void add(JarOutputStream jar, Path folder, Path file) {
        try {
            jar.putNextEntry(new JarEntry(folder.relativize(file).toString()));
            Files.copy(file, jar);
            jar.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
