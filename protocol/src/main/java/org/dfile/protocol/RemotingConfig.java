package org.dfile.protocol;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * The Pekko configuration of a DFile process: every library's {@code reference.conf}, over it {@code
 * dfile-artery.conf}, over it what the process itself adds, over it the addresses.
 *
 * <p>Nothing else counts: neither an {@code application.conf} on the class path nor system properties, which belong to
 * the application that a client lives in. What is returned is resolved. Start the actor system with the class loader of
 * this class, so that the serializers are found.
 *
 * <p>The <em>canonical</em> address is the one that others are told to dial; the <em>bind</em> address is where this
 * process listens. An empty bind host, or bind port 0, means "as canonical". Canonical port 0 takes the bind port, or
 * if that is 0 too, any free port.
 */
public final class RemotingConfig {

    private static final String ARTERY = "pekko.remote.artery.";
    private static final String RESOURCE = "dfile-artery.conf";

    private RemotingConfig() {}

    /** Returns the configuration of a node. {@code own} is the node's settings file as it was parsed, or empty. */
    public static Config node(String bindHost, int bindPort, String canonicalHost, int canonicalPort, Config own) {
        return merge(addresses(bindHost, bindPort, canonicalHost, canonicalPort), own);
    }

    /**
     * Returns the configuration of a client. Its threads are daemons, so a program that forgets to close its file
     * system still ends.
     */
    public static Config client(String bindHost, int bindPort, String canonicalHost, int canonicalPort) {
        return merge(
                addresses(bindHost, bindPort, canonicalHost, canonicalPort),
                ConfigFactory.parseMap(Map.of(
                        "pekko.daemonic",
                        true,
                        "pekko.log-dead-letters",
                        0,
                        // What a client must know comes back with its calls; the log belongs to the application.
                        "pekko.loglevel",
                        "ERROR",
                        "pekko.stdout-loglevel",
                        "ERROR")));
    }

    private static Config addresses(String bindHost, int bindPort, String canonicalHost, int canonicalPort) {
        return ConfigFactory.parseMap(Map.of(
                ARTERY + "canonical.hostname", canonicalHost,
                ARTERY + "canonical.port", canonicalPort,
                ARTERY + "bind.hostname", bindHost,
                ARTERY + "bind.port", bindPort == 0 ? "" : Integer.toString(bindPort)));
    }

    private static Config merge(Config addresses, Config own) {
        // The threads of an actor system would otherwise race to start the log, and complain about it.
        LoggerFactory.getILoggerFactory();
        ClassLoader loader = RemotingConfig.class.getClassLoader();
        ConfigParseOptions mustExist =
                ConfigParseOptions.defaults().setClassLoader(loader).setAllowMissing(false);
        // Resolved last: the substitutions in reference.conf must see what stands above it.
        return addresses
                .withFallback(own)
                .withFallback(ConfigFactory.parseResources(RESOURCE, mustExist))
                .withFallback(ConfigFactory.defaultReferenceUnresolved(loader))
                .resolve();
    }
}
