package org.dfile.actors;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.dfile.model.HostList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** A test with nodes of its own. */
abstract class NodeTestCase {

    private static @Nullable ActorTestKit kit;

    private final List<Node> nodes = new ArrayList<>();

    @BeforeAll
    static void start() {
        kit = ActorTestKit.create();
    }

    @AfterAll
    static void stop() {
        kit().shutdownTestKit();
    }

    @AfterEach
    void closeNodes() throws IOException {
        for (Node node : nodes) {
            node.close();
        }
    }

    static ActorTestKit kit() {
        return Objects.requireNonNull(kit);
    }

    Node node(String settings) {
        return node(settings, Node.ALONE);
    }

    Node node(String settings, HostList list) {
        Node node = new Node(kit(), settings, list);
        nodes.add(node);
        return node;
    }
}
