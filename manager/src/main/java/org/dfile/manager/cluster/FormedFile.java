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

/** {@link Formed} as a JSON file: the list as nodes read it, and the hosts whose volumes are formatted. */
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
            Set<HostId> formatted = new TreeSet<>();
            root.path("formatted").forEach(id -> formatted.add(new HostId(id.asText())));
            return Optional.of(
                    new Formed(HostListFile.parse(root.path("list").toString(), file.toString()), formatted));
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is damaged: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    /** Replaces the file; durable, and whole at any time. */
    static void write(Path file, Formed formed) throws IOException {
        ObjectNode root = MAPPER.createObjectNode();
        root.set("list", MAPPER.readTree(HostListFile.toJson(formed.list())));
        ArrayNode formatted = root.putArray("formatted");
        new TreeSet<>(formed.formatted()).forEach(id -> formatted.add(id.text()));
        DurableFile.write(
                file, (MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n").getBytes(UTF_8));
    }
}
