package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFileSystem;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.node.ExitCode;
import org.dfile.node.Node;
import org.dfile.node.NodeException;
import org.dfile.node.NodeSettings;

/** Several nodes and clients in this process, over real TCP on loopback. It plays the manager: it forms the cluster. */
final class JvmCluster implements AutoCloseable {

    /** Small caches: many nodes share this process. A stopping node waits for nobody's last words. */
    private static final String FRUGAL = """
            dfile.node.store { block-cache = 8 MiB, write-buffer = 8 MiB }
            pekko.remote.artery.advanced.shutdown-flush-timeout = 50ms
            """;

    private final Map<HostId, NodeHome> homes = new LinkedHashMap<>();
    private final Map<HostId, Node> nodes = new LinkedHashMap<>();
    private final List<TcpProxy> proxies = new ArrayList<>();
    private final List<DFileSystem> clients = new ArrayList<>();
    private HostList list;

    private JvmCluster(HostList list) {
        this.list = list;
    }

    /** Forms a cluster and starts none of its nodes. */
    static JvmCluster prepare(Path folder, HostList list) {
        return prepare(folder, list, "");
    }

    private static JvmCluster prepare(Path folder, HostList list, String more) {
        JvmCluster cluster = new JvmCluster(list);
        for (Host host : list.hosts()) {
            NodeHome home = NodeHome.of(folder.resolve(host.id().text()), list, host)
                    .withSettings(FRUGAL)
                    .withSettings(more)
                    .write(true);
            cluster.homes.put(host.id(), home);
        }
        return cluster;
    }

    static JvmCluster start(Path folder, int size) {
        return started(prepare(folder, FormedLists.ofSize(size)));
    }

    /** Starts a cluster of which every host has a copy of every file. */
    static JvmCluster startReplicated(Path folder, int size, String settings) {
        HostList list = FormedLists.ofSize(size);
        return started(prepare(folder, new HostList(list.cluster(), list.version(), size, list.hosts()), settings));
    }

    /** The folder of a host's volume. */
    Path data(HostId id) {
        return Objects.requireNonNull(homes.get(id)).data();
    }

    /** The address that others dial is that of a proxy, one before each node. */
    static JvmCluster startBehindProxies(Path folder, int size) throws IOException {
        JvmCluster cluster = prepare(folder, FormedLists.ofSize(size));
        for (Host host : cluster.list.hosts()) {
            int bindPort = FreePorts.one();
            cluster.homes.compute(
                    host.id(), (id, home) -> home.withBindPort(bindPort).write(true));
            cluster.proxies.add(TcpProxy.between(host.address().port(), bindPort));
        }
        return started(cluster);
    }

    private static JvmCluster started(JvmCluster cluster) {
        try {
            cluster.list.hosts().forEach(host -> cluster.start(host.id()));
            return cluster;
        } catch (Throwable e) {
            cluster.close();
            throw e;
        }
    }

    HostList list() {
        return list;
    }

    List<TcpProxy> proxies() {
        return proxies;
    }

    void start(HostId id) {
        NodeHome home = Objects.requireNonNull(homes.get(id));
        try {
            nodes.put(id, Node.start(NodeSettings.read(home.settingsFile())));
        } catch (NodeException e) {
            throw new AssertionError("node " + id + " does not start", e);
        }
        home.write(false);
    }

    void stop(HostId id) {
        Node node = Objects.requireNonNull(nodes.remove(id), "node " + id + " does not run");
        assertThat(Stages.get(node.stop())).isEqualTo(ExitCode.STOPPED);
    }

    /** Stops all nodes and starts them with another list of the same hosts. */
    void restart(HostList other) {
        List.copyOf(nodes.keySet()).forEach(this::stop);
        list = other;
        homes.replaceAll((id, home) -> home.withList(other).write(false));
        homes.keySet().forEach(this::start);
    }

    /** Returns the first client, with default settings. */
    DFileSystem client() {
        return clients.isEmpty() ? connect() : clients.get(0);
    }

    DFileSystem connect() {
        return connect(settings -> settings);
    }

    DFileSystem connect(UnaryOperator<ClientSettings.Builder> settings) {
        return connect(settings, FormedLists.addresses(list));
    }

    DFileSystem connect(UnaryOperator<ClientSettings.Builder> settings, List<HostAddress> contacts) {
        DFileSystem client = Stages.get(DFileSystem.connect(
                settings.apply(ClientSettings.builder().contacts(contacts)).build()));
        clients.add(client);
        return client;
    }

    @Override
    public void close() {
        clients.forEach(DFileSystem::close);
        for (TcpProxy proxy : proxies) {
            try {
                proxy.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        List.copyOf(nodes.keySet()).forEach(this::stop);
        assertThat(list.hosts())
                .allMatch(host -> FreePorts.isFree(host.address().port()));
    }
}
