package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C while {@code dfile scrub} waits. */
final class InterruptedScrubTest {

    /** Takes some seconds at the rate of a scrub, 16 MiB/s. */
    private static final int BYTE_COUNT = 64 << 20;

    private static final int SIGINT_EXIT_CODE = 130;

    @Test
    void scrub_interrupted_saysThatItGoesOn_andItDoes(@TempDir Path folder) throws Exception {
        Path local = Files.write(
                folder.resolve("local"), Seeds.bytes(new SplittableRandom(Seeds.seed("scrub")), BYTE_COUNT));
        try (CommandLineCluster cluster = CommandLineCluster.prepare(folder, 1)) {
            cluster.dfile("up");
            cluster.dfile("put", local.toString(), "large");
            Path out = folder.resolve("scrub.out");
            Path err = folder.resolve("scrub.err");

            Process scrub = cluster.command("scrub")
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            await().atMost(Stages.PATIENCE).until(() -> Files.readString(out).contains(" % "));
            interrupt(scrub);

            assertThat(scrub.waitFor(Stages.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(scrub.exitValue()).as(Files.readString(out)).isEqualTo(SIGINT_EXIT_CODE);
            assertThat(err).content().contains("the scrub goes on");
            await().atMost(Stages.PATIENCE)
                    .until(() -> scrubOf(cluster).get("endedAtMillis").asLong() > 0);
            assertThat(scrubOf(cluster).get("lastComplete").asBoolean()).isTrue();
            assertThat(scrubOf(cluster).get("checkedBytes").asLong()).isEqualTo(BYTE_COUNT);
        }
    }

    private static JsonNode scrubOf(CommandLineCluster cluster) throws IOException {
        return new ObjectMapper().readTree(cluster.dfile("status", "--json")).at("/nodes/0/scrub");
    }

    private static void interrupt(Process process) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }
}
