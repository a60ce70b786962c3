package org.dfile.manager.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dfile.manager.hosts.HostEntry;

/**
 * What a node finds in its home on its host. {@code node.conf} and {@code host-list.json} are written anew at each start
 * from the cluster's state; nobody needs to edit them.
 *
 * @param hostList the formed list, as JSON
 * @param adminToken whoever shows it may stop the node
 * @param format what the node may do if its directory is empty
 */
public record NodeHome(HostEntry host, String hostList, String adminToken, Format format, boolean allowPlainTcp) {

    /** What a node may do with an empty directory. */
    public enum Format {
        /** Nothing: its volume is somewhere else. */
        NO,
        /** Make it a new volume, of a cluster that begins. */
        NEW,
        /** Make it the volume that comes in the place of a lost one. */
        REPLACEMENT
    }

    static final String SCRIPT = "node.sh";

    void writeTo(HostAccess access, String folder) throws IOException {
        access.write(folder + "/" + SCRIPT, script(), HostAccess.READABLE);
        access.write(folder + "/host-list.json", hostList.getBytes(UTF_8), HostAccess.READABLE);
        access.write(folder + "/admin.token", adminToken.getBytes(UTF_8), HostAccess.PRIVATE);
        access.write(folder + "/node.conf", settings().getBytes(UTF_8), HostAccess.READABLE);
    }

    private String settings() {
        Map<String, Object> bind = new LinkedHashMap<>();
        bind.put("host", host.address().host());
        bind.put("port", host.address().port());
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("host-id", host.id().text());
        node.put("host-list", "host-list.json");
        node.put("data", host.data().orElse("data"));
        node.put("admin-token-file", "admin.token");
        node.put("bind", bind);
        node.put("format", format != Format.NO);
        node.put("replacement", format == Format.REPLACEMENT);
        node.put("allow-plain-tcp", allowPlainTcp);
        return "# Written by dfile up; changes are lost at the next start.\n"
                + ConfigFactory.empty()
                        .withValue("dfile.node", ConfigValueFactory.fromMap(node))
                        .root()
                        .render(ConfigRenderOptions.defaults()
                                .setOriginComments(false)
                                .setJson(false));
    }

    private static byte[] script() throws IOException {
        try (InputStream in = NodeHome.class.getResourceAsStream(SCRIPT)) {
            if (in == null) {
                throw new IOException(SCRIPT + " is missing in the program's jar");
            }
            return in.readAllBytes();
        }
    }

    /** Never shows the token. */
    @Override
    public String toString() {
        return "NodeHome[" + host.id() + "]";
    }
}
