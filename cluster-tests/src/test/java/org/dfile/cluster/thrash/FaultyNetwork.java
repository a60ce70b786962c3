package org.dfile.cluster.thrash;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The network in front of some nodes: one proxy per node, on the port that others dial. In Artery both sides dial, and
 * bytes travel only away from the one who dialled; nodes dial from loopback addresses of their own ({@link #addressOf}),
 * so every direction between every two of them can be broken by itself.
 */
final class FaultyNetwork implements AutoCloseable {

    /** What happens to bytes on their way. */
    enum Passage {
        OPEN,
        /** They wait, and arrive late. */
        HELD,
        /** They are taken and thrown away; what comes later needs a new connection. */
        LOST
    }

    /** Whoever dials and is no node. */
    static final int CLIENTS = -1;

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int BACKLOG = 128;
    private static final int FIRST_LAST_BYTE = 11;

    private final List<ServerSocket> listeners = new ArrayList<>();
    private final Passage[][] passages;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Starts the proxies.
     *
     * @param ports that others dial, one per node
     * @param targets where the nodes listen
     */
    FaultyNetwork(List<Integer> ports, List<Integer> targets) throws IOException {
        passages = new Passage[ports.size()][ports.size() + 1];
        healAll();
        for (int node = 0; node < ports.size(); node++) {
            ServerSocket listener = new ServerSocket(ports.get(node), BACKLOG, InetAddress.getLoopbackAddress());
            listeners.add(listener);
            int to = node;
            daemon(() -> accept(listener, to, targets.get(to)), "network-" + ports.get(node));
        }
    }

    /** Returns the address from which a node dials. */
    static String addressOf(int node) {
        return "127.0.0." + (FIRST_LAST_BYTE + node);
    }

    private static int nodeAt(InetAddress address) {
        int node = address.getAddress()[3] - FIRST_LAST_BYTE;
        return node >= 0 ? node : CLIENTS;
    }

    synchronized void set(int from, int to, Passage passage) {
        passages[to][from + 1] = passage;
        if (passage == Passage.OPEN) {
            connections.stream()
                    .filter(connection -> connection.lossy && connection.from == from && connection.to == to)
                    .forEach(Connection::close);
        }
        notifyAll();
    }

    void healAll() {
        for (int to = 0; to < passages.length; to++) {
            for (int from = CLIENTS; from < passages.length; from++) {
                set(from, to, Passage.OPEN);
            }
        }
    }

    private synchronized Passage passage(Connection connection) throws InterruptedException {
        while (passages[connection.to][connection.from + 1] == Passage.HELD && !connection.ended && !closed) {
            wait();
        }
        return passages[connection.to][connection.from + 1];
    }

    private void accept(ServerSocket listener, int to, int target) {
        while (!closed) {
            try {
                Socket near = listener.accept();
                Connection connection = new Connection(near, nodeAt(near.getInetAddress()), to);
                daemon(() -> connection.carry(target), "network-connection");
            } catch (IOException e) {
                if (!closed) {
                    throw new AssertionError("the network cannot accept", e);
                }
            }
        }
    }

    /** Bytes on their way from one who dialled to a node. */
    private final class Connection implements Closeable {

        private final Socket near;
        private final Socket far = new Socket();
        private final int from;
        private final int to;
        private volatile boolean lossy; // once bytes are missing, nothing behind them may pass
        private volatile boolean ended;

        Connection(Socket near, int from, int to) {
            this.near = near;
            this.from = from;
            this.to = to;
        }

        void carry(int target) {
            connections.add(this);
            try {
                far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
                daemon(this::back, "network-back");
                forth();
            } catch (IOException e) {
                // One side has gone or was never there: the other side's connection ends with it.
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                close();
            }
        }

        private void forth() throws IOException, InterruptedException {
            byte[] buffer = new byte[BUFFER_BYTES];
            InputStream in = near.getInputStream();
            OutputStream out = far.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                lossy |= passage(this) == Passage.LOST;
                if (!lossy) {
                    out.write(buffer, 0, count);
                }
            }
        }

        /** Nothing travels this way but the news that the far side has ended. */
        private void back() {
            try {
                far.getInputStream().transferTo(near.getOutputStream());
            } catch (IOException e) {
                // Ended, as below.
                return;
            } finally {
                close();
            }
        }

        @Override
        public void close() {
            connections.remove(this);
            ended = true;
            closeQuietly(near);
            closeQuietly(far);
            synchronized (FaultyNetwork.this) {
                FaultyNetwork.this.notifyAll();
            }
        }
    }

    private static void daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // It is a connection that is being cut.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        for (ServerSocket listener : listeners) {
            listener.close();
        }
        List.copyOf(connections).forEach(Connection::close);
    }
}
