package org.dfile.manager.launch;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Shell;

/**
 * The program as it is shipped: {@code dfile.jar} and {@code lib/*.jar} in one folder. Nodes on this machine run from it
 * in place; other hosts get a copy.
 */
public record Distribution(Path root) {

    public static final String JAR = "dfile.jar";
    public static final String LIB = "lib";

    /** The folder that DFILE_HOME names, else the one that this program's jar lies in; absent if it runs from classes. */
    public static Optional<Distribution> find(Shell shell) {
        return shell.variable("DFILE_HOME")
                .map(home -> shell.resolve(Path.of(home)))
                .or(Distribution::ofRunningProgram)
                .filter(root -> Files.isRegularFile(root.resolve(JAR)))
                .map(Distribution::new);
    }

    /**
     * As {@link #find}.
     *
     * @throws CommandException if the program does not run from a distribution
     */
    public static Distribution require(Shell shell) {
        return find(shell)
                .orElseThrow(() -> new CommandException(
                        ExitCodes.FAILED,
                        "nodes are started from " + JAR + " with " + LIB
                                + "/ beside it, which is not where this program"
                                + " runs from: build it (mvn package), or name the folder in DFILE_HOME"));
    }

    private static Optional<Path> ofRunningProgram() {
        try {
            Path code = Path.of(Distribution.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Optional.ofNullable(code.getParent()).filter(folder -> code.endsWith(JAR));
        } catch (URISyntaxException e) {
            throw new IllegalStateException("this program lies at a place that has no name", e);
        }
    }

    /** Class path to run a node from {@code folder}, which is this distribution or a copy of it. */
    public static String classPath(String folder) {
        return folder + "/" + JAR + File.pathSeparator + folder + "/" + LIB + "/*";
    }

    /** SHA-256 in hex of each file, by its path relative to the root, libraries first. */
    public Map<String, String> checksums() throws IOException {
        Map<String, String> checksums = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(root.resolve(LIB))) {
            List<Path> jars = files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted(Comparator.comparing(Path::getFileName))
                    .toList();
            for (Path jar : jars) {
                checksums.put(LIB + "/" + jar.getFileName(), sha256(jar));
            }
        }
        checksums.put(JAR, sha256(root.resolve(JAR)));
        return checksums;
    }

    private static String sha256(Path file) throws IOException {
        try (DigestInputStream in =
                new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
