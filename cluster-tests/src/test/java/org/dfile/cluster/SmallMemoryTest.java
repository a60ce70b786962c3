package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However large a file, a client needs little memory for it. */
final class SmallMemoryTest {

    private static final long LEAST_FILE_BYTES = 100_000_000;

    @Test
    void aClient_ofSmallMemory_copiesAFileThatIsMuchLarger(@TempDir Path folder) throws IOException {
        Path source = Path.of(System.getProperty("java.home"), "lib", "modules");
        assertThat(Files.size(source)).isGreaterThan(LEAST_FILE_BYTES);
        Path target = folder.resolve("target");
        try (ForkedCluster cluster = ForkedCluster.start(folder, 1)) {
            Process client = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Xmx40m",
                            "-XX:MaxDirectMemorySize=40m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            SmallClient.class.getName(),
                            cluster.list().hosts().get(0).address().toString(),
                            source.toString(),
                            target.toString()))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(Stages.get(client.onExit()).exitValue()).as(output).isZero();
            assertThat(Files.mismatch(source, target)).isEqualTo(-1);
        }
    }
}
