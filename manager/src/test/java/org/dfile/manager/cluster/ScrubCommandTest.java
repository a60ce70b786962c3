package org.dfile.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.dfile.manager.cluster.ClusterFixture.Run;
import org.dfile.manager.console.ExitCodes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code dfile scrub} and what {@code dfile status} says of it, with real nodes. */
@Timeout(120)
final class ScrubCommandTest extends WithDistribution {

    private static final String DATA_FILE = "data/data/000001.data";

    @BeforeEach
    void open() throws IOException {
        world.localHosts(ClusterFixture.freePorts(2), ClusterFixture.JAVA);
    }

    @Test
    void scrub_neverUp_saysWhatToDo() {
        assertThat(world.run("scrub").expect(ExitCodes.FAILED).err()).contains("not formed yet", " up");
    }

    @Test
    void scrub_throughALife_saysHowTheHostsAre() throws IOException {
        Path hosts = root.resolve("hosts.conf"); // with one copy damage stays as it is
        Files.writeString(hosts, "replicas = 1\n" + Files.readString(hosts));
        world.run("up").expect(ExitCodes.OK);
        await().untilAsserted( // a host that has just started may be too busy to answer
                        () -> assertThat(
                                        world.run("status").expect(ExitCodes.OK).out())
                                .contains("never"));
        assertThat(world.run("scrub", "n3").expect(ExitCodes.USAGE).err()).contains("no such host", "n3");
        Path local = Files.write(root.resolve("local"), new byte[100_000]);
        List.of("a", "b", "c")
                .forEach(name -> world.run("put", local.toString(), name).expect(ExitCodes.OK));

        Run scrub = world.run("scrub").expect(ExitCodes.OK);

        assertThat(scrub.out())
                .containsPattern("n1 +clean: ")
                .containsPattern("n2 +clean: ")
                .contains("2/2 clean");
        findsAFlippedByte();
        goesOnWithoutTheCommand();
        missesADeadHost();
    }

    private void findsAFlippedByte() throws IOException {
        int number = Files.exists(world.node(1).resolve(DATA_FILE)) ? 1 : 2;
        String host = "n" + number;
        Path data = world.node(number).resolve(DATA_FILE);
        byte[] bytes = Files.readAllBytes(data);
        bytes[70_000] ^= 1;
        Files.write(data, bytes);

        Run scrub = world.run("scrub", "--json", host).expect(ExitCodes.DAMAGED);

        JsonNode view = scrub.json().at("/hosts/0");
        assertThat(scrub.json().get("hosts")).hasSize(1);
        assertThat(view.get("host").asText()).isEqualTo(host);
        assertThat(view.get("result").asText()).isEqualTo("DAMAGED");
        JsonNode damage = view.at("/scrub/damage/0");
        assertThat(damage.get("offset").asLong()).isEqualTo(65_536);
        assertThat(Path.of(damage.get("copy").asText()))
                .startsWith(world.node(number).resolve("data/quarantine"))
                .isRegularFile();
        String name = damage.get("name").asText();
        assertThat(world.run("scrub").expect(ExitCodes.DAMAGED).out())
                .containsPattern(host + " +damaged: 1 place; ")
                .containsPattern(host + " +" + name + " +65536 +bytes +.*checksum.*quarantine")
                .contains("1/2 damaged (" + host + ")");
        assertThat(world.run("status").expect(ExitCodes.OK).out())
                .contains("ago, damaged: 1", "1 place is damaged")
                .containsPattern(host + " +" + name + " +65536 ");
        JsonNode status = world.run("status", "--json").json().at("/nodes/" + (number - 1));
        assertThat(status.at("/scrub/damaged").asLong()).isEqualTo(1);
        assertThat(status.get("reserveBytes").asLong()).isPositive();
        assertThat(status.get("full").isBoolean()).isTrue();

        Run get = world.run("get", name, root.resolve("got").toString()).expect(ExitCodes.FAILED);
        assertThat(get.err()).contains(name + " is damaged on host " + host + " at offset 65536");
        List.of("a", "b", "c").stream()
                .filter(other -> !other.equals(name))
                .forEach(other -> world.run(
                                "get", other, root.resolve("got-" + other).toString())
                        .expect(ExitCodes.OK));
    }

    private void goesOnWithoutTheCommand() throws IOException {
        long before = startedAt();
        assertThat(world.run("scrub", "--no-wait").expect(ExitCodes.OK).out()).contains("2/2 started");
        Awaitility.await("a new scrub on both nodes").until(() -> startedAt() > before);
    }

    private long startedAt() throws IOException {
        return world.run("status", "--json").json().findValues("startedAtMillis").stream()
                .filter(time -> !time.isNull())
                .mapToLong(JsonNode::asLong)
                .max()
                .orElse(0);
    }

    private void missesADeadHost() throws IOException {
        for (int number : new int[] {1, 2}) {
            ProcessHandle process = ProcessHandle.of(world.pid(number)).orElseThrow();
            process.destroyForcibly();
            process.onExit().join();
            if (number == 1) {
                assertThat(world.run("scrub", "n1").expect(ExitCodes.NONE).out())
                        .containsPattern("n1 +failed: no answer");
            }
        }
        assertThat(world.run("scrub").expect(ExitCodes.NONE).out()).contains("2/2 failed (n1, n2)");
    }
}
