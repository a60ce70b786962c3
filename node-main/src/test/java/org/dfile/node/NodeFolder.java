package org.dfile.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import org.dfile.model.ClusterId;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.VolumeId;
import org.dfile.protocol.HostListFile;

/** The folder of a node as the manager leaves it: settings, formed host list, admin token, and a place for the data. */
final class NodeFolder {

    static final String TOKEN = "the admin token";
    static final ClusterId CLUSTER = ClusterId.of("6f1de0f4-9b1c-4a57-8f0e-2f2f3c9b7a10");

    private final Path folder;
    private final Host host;

    private NodeFolder(Path folder, Host host) {
        this.folder = folder;
        this.host = host;
    }

    /** Makes the folder of a one-host cluster whose volume is to be formatted, on a free port of loopback. */
    static NodeFolder create(Path folder) throws IOException {
        return create(folder, CLUSTER, new HostId("n1"), new HostAddress("127.0.0.1", freePort()));
    }

    static NodeFolder create(Path folder, ClusterId cluster, HostId id, HostAddress address) throws IOException {
        VolumeId volume = new VolumeId(UUID.nameUUIDFromBytes(id.text().getBytes(UTF_8)));
        NodeFolder made = new NodeFolder(folder, new Host(id, address, volume));
        Files.createDirectories(folder);
        HostListFile.write(made.hostList(), new HostList(cluster, 1, 1, List.of(made.host)));
        made.writeToken(TOKEN + "\n");
        made.writeSettings("");
        return made;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    Host host() {
        return host;
    }

    Path settings() {
        return folder.resolve("node.conf");
    }

    Path hostList() {
        return folder.resolve("host-list.json");
    }

    Path token() {
        return folder.resolve("admin.token");
    }

    Path data() {
        return folder.resolve("data");
    }

    void writeToken(String text) throws IOException {
        Files.deleteIfExists(token());
        Files.createFile(token(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(token(), text);
    }

    /** Writes the settings file; what stands in {@code more} outdoes what stands before. */
    void writeSettings(String more) throws IOException {
        Files.writeString(settings(), """
                dfile.node {
                  host-id = "%s"
                  format = true
                }
                pekko.remote.artery.advanced.shutdown-flush-timeout = 50ms
                %s
                """.formatted(host.id(), more));
    }

    NodeSettings read() throws NodeException {
        return NodeSettings.read(settings());
    }
}
