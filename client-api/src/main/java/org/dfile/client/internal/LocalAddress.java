package org.dfile.client.internal;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFileException;
import org.dfile.model.Failure;
import org.dfile.model.HostAddress;

/** Finds out under which address hosts may reach this machine. */
final class LocalAddress {

    private LocalAddress() {}

    /** Returns the canonical host that the settings name, or else the one from which the contacts can be reached. */
    static String canonicalHost(ClientSettings settings) {
        if (!settings.canonicalHost().isEmpty()) {
            return settings.canonicalHost();
        }
        String unknown = "";
        for (HostAddress contact : settings.contacts()) {
            try {
                InetAddress remote = InetAddress.getByName(contact.host());
                return facing(remote, contact.port());
            } catch (UnknownHostException | SocketException e) {
                unknown = contact + " (" + e.getMessage() + ")";
            }
        }
        throw new DFileException(new Failure.ClusterUnreachable(unknown, settings.connectTimeout()));
    }

    /** Loopback faces loopback; otherwise the routing table says it: a datagram socket is connected, nothing is sent. */
    private static String facing(InetAddress remote, int port) throws SocketException {
        if (remote.isLoopbackAddress()) {
            return remote.getHostAddress();
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(remote, port));
            return socket.getLocalAddress().getHostAddress();
        }
    }
}
