package org.dfile.manager.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dfile.client.DFileSystem;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Reasons;
import org.dfile.manager.console.Shell;
import org.dfile.manager.console.Style;
import org.dfile.manager.launch.Distribution;
import org.dfile.model.HostAddress;

/** A cluster on loopback to try things out, in a folder of its own. */
final class Playground {

    private static final String HELLO_NAME = "hello/playground.txt";
    private static final String HELLO_TEXT = "Hello from the playground\n";

    /** A node answers that it is down a moment before its process ends; its folder changes until then. */
    private static final int MOST_REMOVALS = 50;

    private static final Duration REMOVAL_PAUSE = Duration.ofMillis(100);

    private final Shell shell;
    private final ManagerSettings settings;
    private final Distribution distribution;
    private final Path folder;

    Playground(Shell shell, ManagerSettings settings, Distribution distribution, Path folder) {
        this.shell = shell;
        this.settings = settings;
        this.distribution = distribution;
        this.folder = folder;
    }

    Path hostList() {
        return folder.resolve("hosts.conf");
    }

    /** Writes the host list, unless the folder has one, and brings the nodes up. Returns the exit code of {@code up}. */
    int up(int nodes, Duration timeout) {
        if (!Files.exists(hostList())) {
            try {
                Files.createDirectories(folder);
                Files.writeString(hostList(), hosts(nodes));
            } catch (IOException e) {
                throw new CommandException(ExitCodes.FAILED, "cannot write " + hostList() + ": " + e, e);
            }
        }
        return new Up(shell, cluster(), new NodeStart(settings, timeout, distribution, false)).run();
    }

    private static String hosts(int nodes) throws IOException {
        StringBuilder rows =
                new StringBuilder("cluster = playground\ndefaults { local = true, heap = 128m }\nhosts = [\n");
        List<Integer> ports = freePorts(nodes);
        for (int i = 0; i < nodes; i++) {
            rows.append("  { id = n")
                    .append(i + 1)
                    .append(", address = \"127.0.0.1\", port = ")
                    .append(ports.get(i))
                    .append(" }\n");
        }
        return rows.append("]\n").toString();
    }

    /** Ports that are free now; held together, so that they differ. */
    static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    /** Stores a file through the Java client, reads it back, and shows how that is done. */
    void show() {
        List<String> contacts =
                cluster().contacts().stream().map(HostAddress::toString).toList();
        try (DFileSystem files = DFileSystem.connect(contacts.toArray(new String[0]))
                .toCompletableFuture()
                .join()) {
            files.write(HELLO_NAME, HELLO_TEXT.getBytes(UTF_8))
                    .toCompletableFuture()
                    .join();
            String read =
                    new String(files.readAll(HELLO_NAME).toCompletableFuture().join(), UTF_8);
            String host = files.where(HELLO_NAME).get(0).id().text();
            shell.out().println("stored " + HELLO_NAME + " on " + host + " and read it back: " + read.strip());
        } catch (CompletionException e) {
            throw new CommandException(
                    ExitCodes.FAILED, "the nodes run, but a file could not be stored: " + Reasons.of(e), e);
        }
        Style style = Style.of(shell);
        shell.out().println();
        shell.out().println(style.strong("From Java") + ", as Hello.java:");
        shell.out().println();
        shell.out().println(program(contacts).indent(2).stripTrailing());
        shell.out().println();
        shell.out()
                .println("  java -cp '"
                        + Distribution.classPath(distribution.root().toString()) + "' Hello.java");
        shell.out().println();
        shell.out().println(style.strong("From the shell:"));
        shell.out().println();
        shell.out().println("  dfile -c " + hostList() + " ls");
        shell.out().println("  dfile -c " + hostList() + " cat " + HELLO_NAME);
        shell.out().println();
    }

    private static String program(List<String> contacts) {
        String quoted = contacts.stream().map(contact -> "\"" + contact + "\"").collect(Collectors.joining(", "));
        try (InputStream in = Playground.class.getResourceAsStream("Hello.java.txt")) {
            if (in == null) {
                throw new IllegalStateException("Hello.java.txt is missing in the program's jar");
            }
            return new String(in.readAllBytes(), UTF_8).replace("%CONTACTS%", quoted);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes the nodes down. Returns the exit code of {@code down}. */
    int down() {
        return new Down(shell, cluster(), settings, true, false).run();
    }

    /** Removes the folder with all files in it, once the last of the nodes' processes has stopped writing there. */
    void remove() {
        for (int left = MOST_REMOVALS; Files.exists(folder); left--) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException | UncheckedIOException e) {
                if (left <= 0) {
                    throw new CommandException(ExitCodes.FAILED, "cannot remove " + folder + ": " + e, e);
                }
                LockSupport.parkNanos(REMOVAL_PAUSE.toNanos());
            }
        }
    }

    private Cluster cluster() {
        return Cluster.read(shell, hostList());
    }
}
