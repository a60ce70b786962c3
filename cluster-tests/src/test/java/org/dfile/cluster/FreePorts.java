package org.dfile.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports on loopback that nobody listens on. They lie below the range from which the system takes the ports of outgoing
 * connections, so that none of those can take the port of a node that is down for a moment.
 */
public final class FreePorts {

    private static final int FIRST = 20_000;
    private static final int BEYOND = 32_000;
    private static final int MAX_TRIES = 1_000;

    private FreePorts() {}

    public static int one() {
        return take(1).get(0);
    }

    public static List<Integer> take(int count) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int tries = 0; held.size() < count; tries++) {
                if (tries == MAX_TRIES) {
                    throw new IllegalStateException("no free port in " + FIRST + ".." + BEYOND);
                }
                bind(ThreadLocalRandom.current().nextInt(FIRST, BEYOND), held);
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            held.forEach(FreePorts::close);
        }
    }

    private static void bind(int port, List<ServerSocket> held) {
        try {
            held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            // In use: the next try takes another.
            return;
        }
    }

    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError("a listening socket that cannot be closed", e);
        }
    }
}
