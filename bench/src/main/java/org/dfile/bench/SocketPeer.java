package org.dfile.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The other end of a bare socket, in a process of its own: takes a stream into a file that it fsyncs every 8 MiB, or
 * feeds the file that came last into the socket with {@code transferTo}. Prints its port, serves connections one after
 * the other, and ends with its standard input.
 */
final class SocketPeer {

    static final byte TAKE = 1;
    static final byte GIVE = 2;
    private static final int SYNC_BYTES = 8 << 20;
    private static final int BUFFER_BYTES = 1 << 20;

    private SocketPeer() {}

    public static void main(String[] args) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            System.out.println(((InetSocketAddress) server.getLocalAddress()).getPort());
            Thread watcher = new Thread(SocketPeer::endWithInput, "input");
            watcher.setDaemon(true);
            watcher.start();
            for (int stream = 0; ; stream++) {
                try (SocketChannel client = server.accept()) {
                    serve(client, Path.of(args[0]), stream);
                }
            }
        }
    }

    private static void endWithInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            System.err.println("standard input: " + e);
        }
        System.exit(0);
    }

    private static void serve(SocketChannel client, Path folder, int stream) throws IOException {
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        ByteBuffer head = ByteBuffer.allocate(1 + Long.BYTES);
        while (head.hasRemaining()) {
            if (client.read(head) < 0) {
                throw new IOException("no request came");
            }
        }
        byte what = head.flip().get();
        long byteCount = head.getLong();
        // A new file each time, as in DFile: pages of a file that was cut are cheaper than those of a new one.
        if (what == TAKE) {
            take(client, folder.resolve("taken-" + stream), byteCount);
        } else {
            give(client, folder.resolve("taken-" + (stream - 1)), byteCount);
        }
    }

    private static void take(SocketChannel client, Path file, long byteCount) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long unsynced = 0;
            for (long taken = 0; taken < byteCount; ) {
                buffer.clear();
                if (client.read(buffer) < 0) {
                    throw new IOException("the stream ended after " + taken + " of " + byteCount + " bytes");
                }
                buffer.flip();
                taken += buffer.remaining();
                unsynced += buffer.remaining();
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                if (unsynced >= SYNC_BYTES || taken == byteCount) {
                    channel.force(false);
                    unsynced = 0;
                }
            }
        }
        client.write(ByteBuffer.wrap(new byte[] {TAKE}));
    }

    private static void give(SocketChannel client, Path file, long byteCount) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (long given = 0; given < byteCount; ) {
                given += channel.transferTo(given, byteCount - given, client);
            }
        }
    }
}
