package org.dfile.manager.files;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import org.dfile.model.HostAddress;

/** Tells quickly that no node runs: where none listens, a machine that is up refuses the connection at once. */
final class Dial {

    private static final int TIMEOUT_MILLIS = 500;

    private Dial() {}

    /** Whether every host refuses to be connected to. One that does not answer at all may be slow: that is no. */
    static boolean allRefuse(List<HostAddress> hosts) {
        return hosts.stream().allMatch(Dial::refuses);
    }

    private static boolean refuses(HostAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), TIMEOUT_MILLIS);
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
