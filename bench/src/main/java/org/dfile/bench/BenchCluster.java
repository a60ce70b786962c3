package org.dfile.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.dfile.client.DFileSystem;

/** A cluster of local node processes, brought up and down as its operators do it: by the command line. */
final class BenchCluster {

    private static final String HOST_LIST = "hosts.conf";
    private static final int SOME_SILENT = 3;

    private final Path hostList;
    private final List<Integer> ports;

    private BenchCluster(Path hostList, List<Integer> ports) {
        this.hostList = hostList;
        this.ports = ports;
    }

    /** @param copies of each file */
    static BenchCluster create(Path folder, int nodes, int copies) throws IOException {
        List<Integer> ports = freePorts(nodes);
        StringBuilder conf = new StringBuilder("cluster = bench\nreplicas = " + copies + "\nhosts = [\n");
        for (int node = 0; node < nodes; node++) {
            conf.append("  { id = n%d, address = \"127.0.0.1\", port = %d, local = true }%n"
                    .formatted(node + 1, ports.get(node)));
        }
        Path hostList = Files.writeString(folder.resolve(HOST_LIST), conf.append("]\n"));
        return new BenchCluster(hostList, ports);
    }

    /** Returns the cluster that was created in a folder. */
    static BenchCluster in(Path folder) throws IOException {
        Path hostList = folder.resolve(HOST_LIST);
        List<Integer> ports = new ArrayList<>();
        for (String line : Files.readAllLines(hostList)) {
            if (line.contains("port = ")) {
                ports.add(Integer.parseInt(line.replaceAll(".*port = (\\d+).*", "$1")));
            }
        }
        return new BenchCluster(hostList, ports);
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int port = 0; port < count; port++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    /** Returns the seconds that {@code dfile up} took. */
    double up() throws IOException {
        long begin = System.nanoTime();
        dfile("up");
        return (System.nanoTime() - begin) / 1e9;
    }

    void down() throws IOException {
        dfile("down");
    }

    /** Takes down the cluster whose host list is in a folder, if there is one; twice is harmless. */
    static void downIfUp(Path folder) throws IOException {
        if (Files.exists(folder.resolve(HOST_LIST))) {
            new BenchCluster(folder.resolve(HOST_LIST), List.of()).down();
        }
    }

    DFileSystem connect() {
        return DFileSystem.connect(
                        ports.stream().map(port -> "127.0.0.1:" + port).toArray(String[]::new))
                .toCompletableFuture()
                .join();
    }

    /** Returns the resident memory of each node process, in KiB. */
    List<Long> residentKib() throws IOException {
        List<Long> resident = new ArrayList<>();
        for (JsonNode pid : status().findValues("pid")) {
            for (String line : Files.readAllLines(Path.of("/proc", pid.asText(), "status"))) {
                if (line.startsWith("VmRSS:")) {
                    resident.add(Long.parseLong(line.replaceAll("[^0-9]", "")));
                }
            }
        }
        return resident;
    }

    /** Returns what {@code dfile status} tells; it knows nothing of a host that is too busy to answer in time. */
    JsonNode status() throws IOException {
        return new ObjectMapper().readTree(dfile(Set.of(0, SOME_SILENT), "status", "--json"));
    }

    /** SIGKILL for a node's process. Returns when it has gone. */
    void kill(int number) throws IOException {
        for (JsonNode node : status().get("nodes")) {
            if (node.get("host").asText().equals("n" + number)) {
                ProcessHandle process =
                        ProcessHandle.of(node.get("pid").asLong()).orElseThrow();
                process.destroyForcibly();
                process.onExit().join();
            }
        }
    }

    /** Where a node has its volume. */
    Path data(int number) {
        return hostList.resolveSibling(".dfile-hosts").resolve("nodes/n" + number + "/data");
    }

    /** Returns when the node, whose data are gone, has all its copies on an empty disk. */
    void replaceDisk(int number) throws IOException {
        dfile("replace-disk", "n" + number);
    }

    /** Runs {@code bin/dfile} of this checkout, so what is measured is what its user waits for. */
    private String dfile(String... words) throws IOException {
        return dfile(Set.of(0), words);
    }

    private String dfile(Set<Integer> exitCodes, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(words));
        command.addAll(0, List.of(Path.of("bin", "dfile").toString(), "-c", hostList.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        int exitCode = process.onExit().join().exitValue();
        if (!exitCodes.contains(exitCode)) {
            throw new IOException(String.join(" ", command) + " gave " + exitCode + "\n" + output);
        }
        return output;
    }
}
