package org.dfile.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The bytes of every sample as they stand in {@code golden-messages.txt}: whoever changes them breaks running clusters
 * and has to say so. {@code -Ddfile.golden=write} writes the file anew.
 */
class GoldenBytesTest {

    private static final Path FILE = Path.of("src/test/resources/org/dfile/protocol/golden-messages.txt");

    private static Wire wire;

    @BeforeAll
    static void start() throws IOException {
        wire = new Wire();
        if ("write".equals(System.getProperty("dfile.golden"))) {
            Files.createDirectories(FILE.getParent());
            Files.write(FILE, lines(encodeAll()));
        }
    }

    @AfterAll
    static void stop() {
        wire.close();
    }

    @Test
    void encode_everySample_givesTheGoldenBytes() throws IOException {
        assertThat(lines(encodeAll())).isEqualTo(Files.readAllLines(FILE));
    }

    @Test
    void decode_goldenBytes_givesTheSamples() throws IOException {
        Map<String, WireMessage> samples = wire.samples();
        for (String line : Files.readAllLines(FILE)) {
            String[] parts = line.split("\t", 4);
            Object message = wire.decode(new Wire.Frame(
                    Integer.parseInt(parts[1]),
                    parts[2],
                    ByteBuffer.wrap(HexFormat.of().parseHex(parts[3]))));
            assertThat(message).as(parts[0]).isEqualTo(samples.get(parts[0]));
        }
    }

    private static Map<String, String> encodeAll() {
        return wire.samples().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, sample -> encode(sample.getValue()), (a, b) -> a, LinkedHashMap::new));
    }

    private static String encode(WireMessage message) {
        Wire.Frame frame = wire.encode(message);
        return frame.serializer() + "\t" + frame.manifest() + "\t"
                + HexFormat.of().formatHex(frame.bytes().array());
    }

    private static List<String> lines(Map<String, String> encoded) {
        return encoded.entrySet().stream()
                .map(entry -> entry.getKey() + "\t" + entry.getValue())
                .toList();
    }
}
