package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFileSystem;
import org.dfile.model.Host;
import org.dfile.model.HostList;

/** Several node processes on this machine, and clients in this one. */
final class ForkedCluster implements AutoCloseable {

    private final HostList list;
    private final List<NodeHome> homes = new ArrayList<>();
    private final List<ForkedNode> nodes = new ArrayList<>();
    private final List<DFileSystem> clients = new ArrayList<>();

    private ForkedCluster(HostList list) {
        this.list = list;
    }

    static ForkedCluster start(Path folder, int size) {
        return start(folder, size, UnaryOperator.identity(), List.of());
    }

    /**
     * Starts a new cluster.
     *
     * @param settings of each node
     * @param wrapper a command that runs each node; may be empty
     */
    static ForkedCluster start(Path folder, int size, UnaryOperator<NodeHome> settings, List<String> wrapper) {
        ForkedCluster cluster = new ForkedCluster(FormedLists.ofSize(size));
        try {
            for (Host host : cluster.list.hosts()) {
                NodeHome home = settings.apply(
                                NodeHome.of(folder.resolve(host.id().text()), cluster.list, host))
                        .write(true);
                cluster.homes.add(home);
                cluster.nodes.add(ForkedNode.start(home.folder(), wrapper));
            }
            cluster.nodes.forEach(ForkedNode::awaitReady);
            cluster.homes.forEach(home -> home.write(false));
            return cluster;
        } catch (Throwable e) {
            cluster.close();
            throw e;
        }
    }

    HostList list() {
        return list;
    }

    int size() {
        return nodes.size();
    }

    NodeHome home(int index) {
        return homes.get(index);
    }

    ForkedNode node(int index) {
        return nodes.get(index);
    }

    /** Starts a node that has ended. */
    void restart(int index) {
        assertThat(nodes.get(index).isAlive()).isFalse();
        nodes.set(index, ForkedNode.start(homes.get(index).folder(), List.of()));
        nodes.get(index).awaitReady();
    }

    void killAndRestartAll() {
        nodes.forEach(ForkedNode::kill);
        nodes.clear();
        homes.forEach(home -> nodes.add(ForkedNode.start(home.folder(), List.of())));
        nodes.forEach(ForkedNode::awaitReady);
    }

    DFileSystem connect() {
        return connect(settings -> settings);
    }

    DFileSystem connect(UnaryOperator<ClientSettings.Builder> settings) {
        DFileSystem client = Stages.get(
                DFileSystem.connect(settings.apply(ClientSettings.builder().contacts(FormedLists.addresses(list)))
                        .build()));
        clients.add(client);
        return client;
    }

    /** Kills what still lives, and makes sure that nothing is left. */
    @Override
    public void close() {
        clients.forEach(DFileSystem::close);
        nodes.forEach(ForkedNode::kill);
        assertThat(nodes).noneMatch(ForkedNode::isAlive);
        assertThat(list.hosts())
                .allMatch(host -> FreePorts.isFree(host.address().port()));
    }
}
