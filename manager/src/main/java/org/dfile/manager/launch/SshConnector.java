package org.dfile.manager.launch;

import com.jcraft.jsch.ConfigRepository;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchChangedHostKeyException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchRevokedHostKeyException;
import com.jcraft.jsch.JSchUnknownHostKeyException;
import com.jcraft.jsch.OpenSSHConfig;
import com.jcraft.jsch.Session;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.dfile.manager.hosts.HostEntry;

/**
 * Opens SSH connections: host, user, port and key from the host list, else from {@code ~/.ssh/config}, else the usual
 * ones; host keys are checked against {@code ~/.ssh/known_hosts}; keys come from files and from the agent. It never asks
 * anything, so a key with a passphrase needs the agent.
 */
final class SshConnector {

    private static final int ALIVE_INTERVAL_MILLIS = 5_000;
    private static final int DEFAULT_PORT = 22;

    private final SshSettings settings;
    private final KnownHosts knownHosts;
    private final ConfigRepository config;

    SshConnector(SshSettings settings) throws IOException {
        this.settings = settings;
        Path file = settings.sshFolder().resolve("known_hosts");
        Path configFile = settings.sshFolder().resolve("config");
        JSch jsch = new JSch();
        try {
            if (Files.exists(file)) {
                jsch.setKnownHosts(file.toString());
            }
        } catch (JSchException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
        this.knownHosts = new KnownHosts(jsch.getHostKeyRepository(), file, settings.acceptNewHostKeys());
        this.config =
                Files.exists(configFile) ? OpenSSHConfig.parseFile(configFile.toString()) : ConfigRepository.nullConfig;
    }

    /** @throws AccessException if there is no connection; its kind says why */
    SshAccess connect(HostEntry host) throws IOException {
        String name = host.address().host();
        ConfigRepository.Config configured = config.getConfig(name);
        SshKeys keys = new SshKeys(settings);
        try {
            JSch jsch = new JSch();
            jsch.setHostKeyRepository(knownHosts);
            keys.offer(jsch, host.identity(), configured);
            Session session =
                    jsch.getSession(user(host, configured), hostName(name, configured), port(host, configured));
            session.setConfig("StrictHostKeyChecking", "yes");
            session.setConfig("PreferredAuthentications", "publickey");
            session.setServerAliveInterval(ALIVE_INTERVAL_MILLIS);
            session.setDaemonThread(true);
            session.connect(Math.toIntExact(settings.connectTimeout().toMillis()));
            return new SshAccess(session, settings.commandTimeout());
        } catch (JSchException e) {
            throw failure(host, keys, e);
        }
    }

    private String user(HostEntry host, ConfigRepository.Config configured) {
        return host.user().or(() -> Optional.ofNullable(configured.getUser())).orElse(settings.localUser());
    }

    private static String hostName(String name, ConfigRepository.Config configured) {
        return Optional.ofNullable(configured.getHostname()).orElse(name);
    }

    private static int port(HostEntry host, ConfigRepository.Config configured) {
        return host.sshPort().orElse(configured.getPort() > 0 ? configured.getPort() : DEFAULT_PORT);
    }

    private AccessException failure(HostEntry host, SshKeys keys, JSchException e) {
        String where = host.address().host();
        AccessException.Kind kind = kind(e);
        String detail = kind == AccessException.Kind.KEY_REFUSED ? " (" + keys.summary() + ")" : "";
        return new AccessException(kind, "SSH to " + where + ": " + e.getMessage() + detail, e);
    }

    private static AccessException.Kind kind(JSchException e) {
        if (e instanceof JSchUnknownHostKeyException) {
            return AccessException.Kind.HOST_KEY_UNKNOWN;
        }
        if (e instanceof JSchChangedHostKeyException || e instanceof JSchRevokedHostKeyException) {
            return AccessException.Kind.HOST_KEY_CHANGED;
        }
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (message.startsWith("auth")) {
            return AccessException.Kind.KEY_REFUSED;
        }
        if (e.getCause() instanceof UnknownHostException || message.contains("unknownhost")) {
            return AccessException.Kind.NAME_UNKNOWN;
        }
        boolean network =
                e.getCause() instanceof IOException || message.contains("timeout") || message.contains("connect");
        return network ? AccessException.Kind.UNREACHABLE : AccessException.Kind.OTHER;
    }
}
