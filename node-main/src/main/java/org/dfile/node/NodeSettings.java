package org.dfile.node;

import com.typesafe.config.Config;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import org.dfile.actors.FileServerSettings;
import org.dfile.actors.operator.OperatorSettings;
import org.dfile.actors.slots.SlotsSettings;
import org.dfile.actors.transfer.TransferSettings;
import org.dfile.model.Host;
import org.dfile.model.HostList;
import org.dfile.store.StoreSettings;

/**
 * What one node is told, checked; what each means stands in {@code reference.conf}.
 *
 * @param self this node's row of the host list
 * @param listFile where the list is kept; a newer one is written there
 * @param adminToken never shown
 * @param bindHost where it listens, as the host list says or otherwise
 * @param bindPort likewise
 * @param replacement whether a volume that is formatted comes in the place of a lost one
 * @param shutdownTimeout in all, above zero
 * @param own the settings file as it stands, for what other libraries read of it
 */
public record NodeSettings(
        Host self,
        HostList list,
        Path listFile,
        Path data,
        String adminToken,
        String bindHost,
        int bindPort,
        boolean format,
        boolean replacement,
        boolean allowPlainTcp,
        Duration shutdownTimeout,
        StoreSettings store,
        FileServerSettings server,
        OperatorSettings operator,
        SlotsSettings slots,
        TransferSettings transfers,
        Config own) {

    public NodeSettings {
        if (bindPort < 1 || bindPort > 65_535) {
            throw new IllegalArgumentException("dfile.node.bind.port " + bindPort + " is not in 1..65535");
        }
        if (shutdownTimeout.isNegative() || shutdownTimeout.isZero()) {
            throw new IllegalArgumentException("dfile.node.shutdown-timeout must be above zero: " + shutdownTimeout);
        }
        if (!allowPlainTcp) {
            checkLoopback("the address in the host list", self.address().host());
            checkLoopback("dfile.node.bind.host", bindHost);
        }
    }

    /**
     * Reads a settings file (HOCON) and the files it names.
     *
     * @throws NodeException with {@link ExitCode#SETTINGS_REFUSED}, naming file, key and value
     */
    public static NodeSettings read(Path file) throws NodeException {
        return SettingsReader.read(file);
    }

    private static void checkLoopback(String what, String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!address.isLoopbackAddress()) {
                    throw new IllegalArgumentException(what + ", " + host
                            + ", can be reached by other machines, and this version has no TLS;"
                            + " set dfile.node.allow-plain-tcp = true if the network is trusted");
                }
            }
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(what + ", " + host + ", is not known on this machine", e);
        }
    }

    @Override
    public String toString() {
        return "NodeSettings[" + self + ", data " + data + "]";
    }
}
