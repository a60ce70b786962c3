package org.dfile.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.dfile.model.ClusterId;
import org.dfile.model.HostId;
import org.dfile.model.VolumeId;

/** The text of the file {@code VOLUME}: a line that names the format, then one line for each id. */
final class VolumeFile {

    private static final String FORMAT = "dfile volume 3";

    private VolumeFile() {}

    static byte[] encode(VolumeIdentity identity) {
        String text = FORMAT + "\n"
                + "cluster " + identity.cluster() + "\n"
                + "host " + identity.host() + "\n"
                + "volume " + identity.volume() + "\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Fails if it is not such a text. */
    static VolumeIdentity decode(byte[] bytes) throws IOException {
        String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
        if (!lines[0].equals(FORMAT)) {
            throw new IOException("the first line is not \"" + FORMAT + "\"");
        }
        Map<String, String> values = new HashMap<>();
        for (String line : lines) {
            int space = line.indexOf(' ');
            if (space > 0) {
                values.put(line.substring(0, space), line.substring(space + 1));
            }
        }
        try {
            return new VolumeIdentity(
                    ClusterId.of(values.getOrDefault("cluster", "")),
                    new HostId(values.getOrDefault("host", "")),
                    VolumeId.of(values.getOrDefault("volume", "")));
        } catch (IllegalArgumentException e) {
            throw new IOException("an id is missing or malformed: " + e.getMessage(), e);
        }
    }
}
