package org.dfile.cluster;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** Makes a distribution, as the build ships it, of what is on the class path of this test: {@code dfile.jar, lib/}. */
final class Distributions {

    private static final String MAIN_CLASS = "org/dfile/manager/Main.class";

    private Distributions() {}

    static Path make(Path folder) throws IOException {
        Path lib = Files.createDirectories(folder.resolve("lib"));
        int number = 0;
        for (String entry : ForkedNode.productClassPath().split(File.pathSeparator, -1)) {
            Path source = Path.of(entry);
            Path jar = lib.resolve(number++ + "-" + source.getFileName() + (entry.endsWith(".jar") ? "" : ".jar"));
            if (source.getFileName().toString().equals("dfile.jar") || Files.exists(source.resolve(MAIN_CLASS))) {
                jar = folder.resolve("dfile.jar");
            }
            if (Files.isDirectory(source)) {
                pack(source, jar);
            } else if (Files.exists(source)) {
                Files.createSymbolicLink(jar, source.toAbsolutePath());
            }
        }
        return folder;
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(jar));
                JarOutputStream packed = new JarOutputStream(out)) {
            packed.setLevel(0);
            for (Map.Entry<String, Path> file :
                    Trees.files(classes, folder -> true).entrySet()) {
                packed.putNextEntry(new JarEntry(file.getKey()));
                Files.copy(file.getValue(), packed);
                packed.closeEntry();
            }
        }
    }

    /** Returns the class path of a distribution, as the manager gives it to its nodes. */
    static String classPath(Path distribution) {
        return distribution.resolve("dfile.jar") + File.pathSeparator + distribution.resolve("lib") + "/*";
    }
}
