package org.dfile.cluster;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A network between two ports of this machine, with faults. In Artery both sides dial, and bytes travel only away from
 * the one who dialled; so a proxy before a node loses requests, and one before a client loses replies.
 */
final class TcpProxy implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int BACKLOG = 64;

    private final ServerSocket listener;
    private final int target;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong swallowed = new AtomicLong();
    private volatile boolean swallowing;
    private volatile boolean closed;

    private TcpProxy(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    static TcpProxy between(int port, int target) throws IOException {
        TcpProxy proxy = new TcpProxy(new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress()), target);
        daemon(proxy::accept, "proxy-" + port);
        return proxy;
    }

    /** From now on bytes are taken and thrown away, so the sender believes that they arrived. */
    void swallow() {
        swallowing = true;
    }

    /** Returns how many bytes were thrown away so far. */
    long swallowedBytes() {
        return swallowed.get();
    }

    /** Lets bytes pass again, on new connections: the old ones, in which some are missing, are cut. */
    void heal() {
        swallowing = false;
        cut();
    }

    /** Cuts every connection. What is under way in it is lost; new ones are taken. */
    void cut() {
        open.forEach(TcpProxy::closeQuietly);
    }

    private void accept() {
        while (!closed) {
            try {
                Socket near = listener.accept();
                daemon(() -> carry(near), "proxy-connection");
            } catch (IOException e) {
                if (!closed) {
                    throw new AssertionError("the proxy cannot accept", e);
                }
            }
        }
    }

    private void carry(Socket near) {
        try (near;
                Socket far = new Socket()) {
            open.add(near);
            open.add(far);
            far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            daemon(() -> pump(far, near), "proxy-back");
            pump(near, far);
        } catch (IOException e) {
            // Nobody listens at the target: the near side sees its connection end, as it would without a proxy.
            return;
        } finally {
            open.remove(near);
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        boolean lossy = false; // once bytes are missing, nothing behind them may pass
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                lossy |= swallowing;
                if (lossy) {
                    swallowed.addAndGet(count);
                } else {
                    out.write(buffer, 0, count);
                }
            }
        } catch (IOException e) {
            // Cut, or one side went: the other side's connection ends with it.
            return;
        } finally {
            open.remove(from);
            open.remove(to);
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
        listener.close();
        cut();
    }
}
