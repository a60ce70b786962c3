package org.dfile.manager.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.dfile.model.HostId;
import org.dfile.protocol.HostListFile;

/** {@link Formed} as a JSON file: the list as nodes read it, and the hosts whose volumes are formatted or replaced. */
final class FormedFile {

    private static final JsonMapper MAPPER = new JsonMapper();

    private FormedFile() {}

    /** The file's content; empty if there is no such file. */
    static Optional<Formed> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode root = MAPPER.readTree(Files.readString(file));
            return Optional.of(new Formed(
                    HostListFile.parse(root.path("list").toString(), file.toString()),
                    hosts(root.path("formatted")),
                    hosts(root.path("replaced"))));
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is damaged: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    private static Set<HostId> hosts(JsonNode ids) {
        Set<HostId> hosts = new TreeSet<>();
        ids.forEach(id -> hosts.add(new HostId(id.asText())));
        return hosts;
    }

    private static void putHosts(ArrayNode ids, Set<HostId> hosts) {
        new TreeSet<>(hosts).forEach(id -> ids.add(id.text()));
    }

    /** Replaces the file; durable, and whole at any time. */
    static void write(Path file, Formed formed) throws IOException {
        ObjectNode root = MAPPER.createObjectNode();
        root.set("list", MAPPER.readTree(HostListFile.toJson(formed.list())));
        putHosts(root.putArray("formatted"), formed.formatted());
        putHosts(root.putArray("replaced"), formed.replaced());
        DurableFile.write(
                file, (MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n").getBytes(UTF_8));
    }
}
