package org.dfile.cluster.thrash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFileSystem;
import org.dfile.cluster.ForkedNode;
import org.dfile.cluster.FormedLists;
import org.dfile.cluster.FreePorts;
import org.dfile.cluster.NodeHome;
import org.dfile.cluster.Stages;
import org.dfile.model.Host;
import org.dfile.model.HostList;

/** Node processes on this machine, each with a disk of its own and a network in front of it, and clients in this process. */
final class ThrashedCluster implements AutoCloseable {

    private static final int HEAP_MIB = 192;

    /** As long as a call is tried; then its outcome is unknown. */
    static final Duration DEADLINE = Duration.ofSeconds(6);

    private static final String SETTINGS = """
            dfile.node.store { data-file-size = 32 MiB, reserve = 16 MiB, compaction-reserve = 16 MiB }
            dfile.slots.repair { look-interval = 2 seconds, second-look = 1 second }
            pekko.remote.artery.advanced.tcp.outbound-client-hostname = "%s"
            """;

    private final Path folder;
    private final FaultyNetwork network;
    private final List<NodeHome> homes = new ArrayList<>();
    private final List<NodeDisk> disks = new ArrayList<>();
    private final List<ForkedNode> nodes = new ArrayList<>();
    private final List<DFileSystem> clients = new ArrayList<>();
    private final int[] lives;
    private HostList list;
    private List<String> wrapper = List.of();

    private ThrashedCluster(HostList list, Path folder, FaultyNetwork network) {
        this.list = list;
        this.folder = folder;
        this.network = network;
        this.lives = new int[list.hosts().size()];
    }

    /** Starts a new cluster. */
    static ThrashedCluster start(Path folder, int size, int replicas) throws IOException {
        List<Integer> ports = FreePorts.take(2 * size);
        List<Integer> dialled = ports.subList(0, size);
        List<Integer> bound = ports.subList(size, 2 * size);
        HostList formed = FormedLists.onPorts(dialled);
        HostList list = new HostList(formed.cluster(), formed.version(), replicas, formed.hosts());
        ThrashedCluster cluster = new ThrashedCluster(list, folder, new FaultyNetwork(dialled, bound));
        try {
            cluster.startNodes(bound);
            return cluster;
        } catch (Throwable e) {
            cluster.close();
            throw e;
        }
    }

    private void startNodes(List<Integer> bound) {
        boolean real = NodeDisk.canBeReal(folder);
        for (int index = 0; index < bound.size(); index++) {
            Host host = list.hosts().get(index);
            NodeHome home = NodeHome.of(folder.resolve(host.id().text()), list, host)
                    .withBindPort(bound.get(index))
                    .withSettings(SETTINGS.formatted(FaultyNetwork.addressOf(index)));
            NodeDisk disk = NodeDisk.in(home.folder(), real);
            disks.add(disk);
            homes.add(home.withData(disk.volume()).write(true));
            nodes.add(launch(index));
        }
        nodes.forEach(ForkedNode::awaitReady);
        homes.forEach(home -> home.write(false));
    }

    private ForkedNode launch(int index) {
        keepLog(index);
        return ForkedNode.start(homes.get(index).folder(), wrapper, HEAP_MIB);
    }

    /** A node begins its log anew; that of its life before tells what led to it. */
    private void keepLog(int index) {
        Path log = homes.get(index).folder().resolve("node.log");
        try {
            if (Files.exists(log)) {
                Files.move(log, log.resolveSibling("node-" + lives[index]++ + ".log"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HostList list() {
        return list;
    }

    int size() {
        return list.hosts().size();
    }

    List<Integer> indexes() {
        return IntStream.range(0, size()).boxed().toList();
    }

    FaultyNetwork network() {
        return network;
    }

    NodeDisk disk(int index) {
        return disks.get(index);
    }

    ForkedNode node(int index) {
        return nodes.get(index);
    }

    int indexOf(Host host) {
        return list.hosts().stream().map(Host::id).toList().indexOf(host.id());
    }

    /** Starts nodes that have ended, and waits until they are ready. */
    void restart(List<Integer> indexes) {
        for (int index : indexes) {
            assertThat(nodes.get(index).isAlive()).isFalse();
            nodes.set(index, launch(index));
        }
        indexes.forEach(index -> nodes.get(index).awaitReady());
    }

    /** Starts a node, which has ended and whose disk is empty, under a list in which it has a new volume. */
    void startAfresh(int index, HostList decided) {
        list = decided;
        homes.replaceAll(home -> home.withList(decided));
        homes.get(index).withSettings("dfile.node.replacement = true").write(true);
        restart(List.of(index));
        homes.get(index).write(false);
    }

    /** From now on nodes are started by way of this command, which may be empty. */
    void wrap(List<String> command) {
        wrapper = command;
    }

    /** Stops all nodes in order, one after the other. */
    void stopAll() {
        for (ForkedNode node : nodes) {
            assertThat(node.terminate())
                    .as("exit code of a node told to stop; its log: %s", node.log())
                    .isZero();
        }
    }

    DFileSystem connect() {
        DFileSystem client = Stages.get(DFileSystem.connect(ClientSettings.builder()
                .contacts(FormedLists.addresses(list))
                .deadline(DEADLINE)
                .retryInterval(Duration.ofMillis(300), Duration.ofSeconds(1))
                .build()));
        clients.add(client);
        return client;
    }

    /** Copies what the nodes have said to where the build leaves its results. */
    void keepLogs(Path target) {
        for (NodeHome home : homes) {
            try (Stream<Path> files = Files.list(home.folder())) {
                Path to =
                        Files.createDirectories(target.resolve(home.host().id().text()));
                for (Path log :
                        files.filter(file -> file.toString().endsWith(".log")).toList()) {
                    Files.copy(log, to.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Kills what still lives, and makes sure that nothing is left, whatever went wrong before. */
    @Override
    public void close() throws IOException {
        clients.forEach(DFileSystem::close);
        try {
            nodes.forEach(ForkedNode::kill);
            assertThat(nodes).noneMatch(ForkedNode::isAlive);
        } finally {
            network.close();
            disks.forEach(NodeDisk::close);
        }
        assertThat(homes)
                .allMatch(home -> FreePorts.isFree(home.bindPort())
                        && FreePorts.isFree(home.host().address().port()));
    }
}
