package org.dfile.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.dfile.model.Host;
import org.dfile.model.HostList;
import org.dfile.protocol.HostListFile;

/**
 * The folder of one node with its settings, as the manager writes it.
 *
 * @param bindPort where the node listens, which may be another port than others dial
 * @param more further settings
 */
public record NodeHome(Path folder, Host host, HostList list, Path data, int bindPort, Config more) {

    public static final String TOKEN = "secret-of-this-test";

    public static NodeHome of(Path folder, HostList list, Host host) {
        return new NodeHome(
                folder, host, list, folder.resolve("data"), host.address().port(), ConfigFactory.empty());
    }

    public NodeHome withData(Path other) {
        return new NodeHome(folder, host, list, other, bindPort, more);
    }

    public NodeHome withBindPort(int other) {
        return new NodeHome(folder, host, list, data, other, more);
    }

    public NodeHome withSettings(String hocon) {
        return new NodeHome(
                folder,
                host,
                list,
                data,
                bindPort,
                ConfigFactory.parseString(hocon).withFallback(more));
    }

    public NodeHome withList(HostList other) {
        return new NodeHome(folder, other.host(host.id()).orElseThrow(), other, data, bindPort, more);
    }

    public Path settingsFile() {
        return folder.resolve("node.conf");
    }

    /** Writes the settings. {@code format} tells whether the volume may be made. */
    public NodeHome write(boolean format) {
        Map<String, Object> settings = Map.of(
                "host-id", host.id().text(),
                "data", data.toString(),
                "bind", Map.of("host", host.address().host(), "port", bindPort),
                "format", format);
        String text = ConfigFactory.empty()
                .withValue("dfile.node", ConfigValueFactory.fromMap(settings))
                .withFallback(more)
                .root()
                .render(ConfigRenderOptions.defaults().setOriginComments(false));
        try {
            Files.createDirectories(folder);
            HostListFile.write(folder.resolve("host-list.json"), list);
            Path token = Files.writeString(folder.resolve("admin.token"), TOKEN);
            Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
            Files.writeString(settingsFile(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }
}
