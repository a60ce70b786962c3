package org.dfile.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.dfile.model.HostList;

/**
 * The formed host list as a JSON file, as the manager writes and a node reads it:
 *
 * <pre>
 * { "cluster" : "UUID", "version" : 1, "replicas" : 1,
 *   "hosts" : [ { "id" : "n1", "address" : { "host" : "127.0.0.1", "port" : 7401 }, "volume" : "UUID" } ] }
 * </pre>
 */
public final class HostListFile {

    /** A list of {@link HostList#MAX_HOSTS} hosts with long names stays below it. */
    private static final int MAX_FILE_BYTES = 4 << 20;

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new ModelModule())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private HostListFile() {}

    public static String toJson(HostList list) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(list) + "\n";
        } catch (JsonProcessingException e) {
            throw new AssertionError("a host list can be written: " + list, e);
        }
    }

    /**
     * Reads a list from text.
     *
     * @param source where the text is from, for the message of a failure
     */
    public static HostList parse(String json, String source) throws HostListException {
        try {
            HostList list = MAPPER.readValue(json, HostList.class);
            if (list == null) {
                throw new HostListException(source, "it holds no list");
            }
            return list;
        } catch (JsonMappingException e) {
            throw new HostListException(source, key(e) + reason(e), e);
        } catch (JsonProcessingException e) {
            throw new HostListException(
                    source, "line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage(), e);
        }
    }

    /** Reads a list from a file. */
    public static HostList read(Path file) throws HostListException {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new HostListException(file.toString(), "more than " + MAX_FILE_BYTES + " bytes");
            }
            return parse(Files.readString(file), file.toString());
        } catch (HostListException e) {
            throw e;
        } catch (NoSuchFileException e) {
            throw new HostListException(file.toString(), "no such file", e);
        } catch (IOException e) {
            throw new HostListException(file.toString(), "cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Puts a list in place of what the file holds. It is durable when this returns; whatever fails, and whenever, the
     * file holds the old list or the new one, whole. Only one writer at a time.
     */
    public static void write(Path file, HostList list) throws IOException {
        Path target = file.toAbsolutePath();
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        writeSynced(fresh, toJson(list));
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(target.resolveSibling("."), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static void writeSynced(Path file, String text) throws IOException {
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
    }

    private static String reason(JsonMappingException e) {
        if (e instanceof UnrecognizedPropertyException) {
            return "unknown key";
        }
        Throwable cause = e.getCause();
        return String.valueOf(cause instanceof IllegalArgumentException ? cause.getMessage() : e.getOriginalMessage());
    }

    private static String key(JsonMappingException e) {
        StringBuilder key = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            if (step.getFieldName() != null) {
                key.append(key.isEmpty() ? "" : ".").append(step.getFieldName());
            } else {
                key.append('[').append(step.getIndex()).append(']');
            }
        }
        return key.isEmpty() ? "" : key + ": ";
    }
}
