package org.dfile.manager.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dfile.manager.console.ExitCodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The playground as its user sees it: nodes, a file, a program that works, and nothing left behind. */
@Timeout(120)
final class PlaygroundTest extends WithDistribution {

    @Test
    void detached_programThatItShows_worksAsShown() throws Exception {
        String out = world.dfile("playground", "-n", "1", "--detach", "--dir", "play")
                .expect(ExitCodes.OK)
                .out();

        assertThat(out).contains("and read it back: Hello from the playground");
        String list = root.resolve("play/hosts.conf").toString();
        assertThat(out).contains("stop it: dfile -c " + list + " down");
        String program = out.substring(out.indexOf("  import "), out.indexOf("  java -cp"))
                .indent(-2);
        Files.writeString(root.resolve("Hello.java"), program);
        String command = out.substring(out.indexOf("java -cp"), out.indexOf("\n", out.indexOf("java -cp")));
        Process hello = new ProcessBuilder("sh", "-c", command.replaceFirst("java", ClusterFixture.JAVA))
                .directory(root.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(hello.getInputStream().readAllBytes(), UTF_8);
        assertThat(hello.waitFor()).as(said).isZero();
        assertThat(said).contains("Hello from Java\nand once more\n");
        world.dfile("-c", list, "down").expect(ExitCodes.OK);
    }

    @Test
    void interrupted_nodesAndFolderAreGone() throws Exception {
        Path temporary = Files.createDirectories(root.resolve("tmp"));
        Process process = new ProcessBuilder(
                        ClusterFixture.JAVA,
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + temporary,
                        "-Duser.home=" + world.home,
                        "-cp",
                        distribution.resolve("dfile.jar") + ":" + distribution.resolve("lib") + "/*",
                        "org.dfile.manager.Main",
                        "playground",
                        "-n",
                        "1")
                .redirectErrorStream(true)
                .start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = process.inputReader(UTF_8)) {
            String line = reader.readLine();
            while (line != null && !line.contains("Ctrl-C")) {
                lines.add(line);
                line = reader.readLine();
            }
            assertThat(line).as(() -> String.join("\n", lines)).isNotNull();
            ClusterFixture.sh("kill -INT " + process.pid());
            reader.lines().forEach(lines::add);
        }

        assertThat(process.waitFor()).as(() -> String.join("\n", lines)).isEqualTo(130);
        assertThat(lines).anyMatch(line -> line.contains("1/1 down"));
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left.filter(file -> file.getFileName().toString().startsWith("dfile-playground")))
                    .as(() -> String.join("\n", lines))
                    .isEmpty();
        }
    }
}
