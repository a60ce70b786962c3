package org.dfile.cluster;

import java.nio.file.Path;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFileSystem;

/** A process with little memory that copies a file in and out: {@code CONTACT SOURCE TARGET}. */
final class SmallClient {

    private static final long MOST_BYTES_IN_FLIGHT = 4 << 20;

    private SmallClient() {}

    public static void main(String[] args) {
        ClientSettings settings = ClientSettings.builder()
                .contact(args[0])
                .maxBytesInFlight(MOST_BYTES_IN_FLIGHT)
                .build();
        try (DFileSystem files = Stages.get(DFileSystem.connect(settings))) {
            Stages.get(files.copyIn(Path.of(args[1]), "large"));
            Stages.get(files.copyOut("large", Path.of(args[2])));
        }
    }
}
