package org.dfile.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** What a bare loopback socket does with the bytes that DFile is measured with. */
final class SocketLimit implements AutoCloseable {

    private static final int CHUNK_BYTES = 1 << 20;

    private final ForkedJvm peer;
    private final int port;

    private SocketLimit(ForkedJvm peer, int port) {
        this.peer = peer;
        this.port = port;
    }

    static SocketLimit start(Path folder) throws IOException {
        ForkedJvm peer = ForkedJvm.start(SocketPeer.class, folder.toString());
        return new SocketLimit(peer, Integer.parseInt(peer.readLine()));
    }

    /** Returns MB/s (10^6 bytes) of a stream into a file that is fsynced every 8 MiB. */
    double writeMegabytesPerSecond(long byteCount) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        long begin = System.nanoTime();
        try (SocketChannel socket = connect(SocketPeer.TAKE, byteCount)) {
            for (long sent = 0; sent < byteCount; sent += CHUNK_BYTES) {
                chunk.clear();
                while (chunk.hasRemaining()) {
                    socket.write(chunk);
                }
            }
            chunk.clear().limit(1);
            if (socket.read(chunk) != 1) {
                throw new IOException("no acknowledgement");
            }
        }
        return byteCount / ((System.nanoTime() - begin) / 1e9) / 1e6;
    }

    /** Returns MB/s (10^6 bytes) of a file that {@code transferTo} feeds into the socket; the one written last. */
    double readMegabytesPerSecond(long byteCount) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        long begin = System.nanoTime();
        long received = 0;
        try (SocketChannel socket = connect(SocketPeer.GIVE, byteCount)) {
            while (received < byteCount) {
                chunk.clear();
                int count = socket.read(chunk);
                if (count < 0) {
                    throw new IOException("the stream ended after " + received + " bytes");
                }
                received += count;
            }
        }
        return byteCount / ((System.nanoTime() - begin) / 1e9) / 1e6;
    }

    private SocketChannel connect(byte what, long byteCount) throws IOException {
        SocketChannel socket = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        ByteBuffer head =
                ByteBuffer.allocate(1 + Long.BYTES).put(what).putLong(byteCount).flip();
        while (head.hasRemaining()) {
            socket.write(head);
        }
        return socket;
    }

    @Override
    public void close() {
        peer.close();
    }
}
