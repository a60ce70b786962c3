package org.dfile.client;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.dfile.model.HostAddress;
import org.dfile.model.Limits;

/**
 * How a client finds its cluster, how hosts find the client, and how much the client takes on. Defaults stand, commented,
 * in this module's {@code reference.conf} under {@code dfile.client}; an application's own configuration files are not
 * read.
 *
 * @param contacts hosts to ask for the host list; one that answers is enough
 * @param bindHost address to listen on for replies; empty means as {@code canonicalHost}
 * @param bindPort port to listen on; 0 means any free one, or as {@code canonicalPort}
 * @param canonicalHost address under which hosts reach this client; empty means loopback if all contacts are, else the
 *     address of this machine from which the first contact can be reached
 * @param canonicalPort port under which hosts reach this client; 0 means the one it listens on
 * @param deadline how long one request is tried before its outcome is reported as unknown; a long write or copy is many
 *     requests
 * @param retryInterval how long to wait for an answer before sending a request again; doubles from attempt to attempt,
 *     up to {@code maxRetryInterval}
 * @param maxRetryInterval longest wait between two attempts
 * @param busyInterval how long to wait before sending again what a host had no room for; doubles up to {@code
 *     retryInterval}
 * @param askElsewhereAfter how long a read waits for a host before another replica is asked too
 * @param probeInterval how often a host that did not answer lately is tried again
 * @param tick how often deadlines and retries are looked at
 * @param connectTimeout how long {@link DFileSystem#connect} tries
 * @param maxBytesInFlight most file bytes under way in requests and replies; also the most that one call returns
 * @param maxCalls most calls under way
 * @param chunksInFlight chunks of 1 MiB that one long read, write, copy or stream keeps under way
 * @param maxLineBytes longest line that {@link DFile#readLine} accepts
 * @param maxSessions files of which the client remembers how it numbers changes while it changes nothing
 * @param localIoThreads threads for local files of {@code copyIn} and {@code copyOut}
 * @param callbackExecutor where stages complete
 */
public record ClientSettings(
        List<HostAddress> contacts,
        String bindHost,
        int bindPort,
        String canonicalHost,
        int canonicalPort,
        Duration deadline,
        Duration retryInterval,
        Duration maxRetryInterval,
        Duration busyInterval,
        Duration askElsewhereAfter,
        Duration probeInterval,
        Duration tick,
        Duration connectTimeout,
        long maxBytesInFlight,
        int maxCalls,
        int chunksInFlight,
        int maxLineBytes,
        int maxSessions,
        int localIoThreads,
        Executor callbackExecutor) {

    public ClientSettings {
        contacts = List.copyOf(contacts);
        check(!contacts.isEmpty(), "no contact address");
        check(bindPort >= 0 && bindPort <= 65_535, "bind port " + bindPort);
        check(canonicalPort >= 0 && canonicalPort <= 65_535, "canonical port " + canonicalPort);
        checkPositive(deadline, "deadline");
        checkPositive(retryInterval, "retry interval");
        checkPositive(busyInterval, "busy interval");
        checkPositive(askElsewhereAfter, "time until a read asks elsewhere");
        checkPositive(probeInterval, "probe interval");
        checkPositive(tick, "tick");
        checkPositive(connectTimeout, "connect timeout");
        check(maxRetryInterval.compareTo(retryInterval) >= 0, "longest retry interval below the first");
        check(maxBytesInFlight >= Limits.MAX_CHUNK_BYTES, "bytes in flight " + maxBytesInFlight + " below one chunk");
        check(maxCalls >= 1, "calls " + maxCalls);
        check(chunksInFlight >= 1, "chunks in flight " + chunksInFlight);
        check(maxLineBytes >= 1 && maxLineBytes <= maxBytesInFlight, "line bytes " + maxLineBytes);
        check(maxSessions >= 1, "sessions " + maxSessions);
        check(localIoThreads >= 1, "local I/O threads " + localIoThreads);
    }

    private static void checkPositive(Duration duration, String what) {
        check(!duration.isNegative() && !duration.isZero(), what + " " + duration);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("client settings: " + what);
        }
    }

    /** Returns a builder with the defaults and no contact. */
    public static Builder builder() {
        return new Builder(ConfigFactory.defaultReference(ClientSettings.class.getClassLoader())
                .getConfig("dfile.client"));
    }

    /**
     * Reads {@code host:port}, {@code [v6-address]:port}.
     *
     * @throws IllegalArgumentException if it is not of that form
     */
    public static HostAddress parseAddress(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new HostAddress(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not an address of the form host:port: \"" + text + "\"", e);
        }
    }

    /** Collects settings. */
    public static final class Builder {

        private final List<HostAddress> contacts = new ArrayList<>();
        private String bindHost;
        private int bindPort;
        private String canonicalHost;
        private int canonicalPort;
        private Duration deadline;
        private Duration retryInterval;
        private Duration maxRetryInterval;
        private final Duration busyInterval;
        private Duration askElsewhereAfter;
        private final Duration probeInterval;
        private final Duration tick;
        private Duration connectTimeout;
        private long maxBytesInFlight;
        private int maxCalls;
        private int chunksInFlight;
        private int maxLineBytes;
        private int maxSessions;
        private int localIoThreads;
        private Optional<Executor> callbackExecutor = Optional.empty();

        private Builder(Config defaults) {
            bindHost = defaults.getString("bind-host");
            bindPort = defaults.getInt("bind-port");
            canonicalHost = defaults.getString("canonical-host");
            canonicalPort = defaults.getInt("canonical-port");
            deadline = defaults.getDuration("deadline");
            retryInterval = defaults.getDuration("retry-interval");
            maxRetryInterval = defaults.getDuration("max-retry-interval");
            busyInterval = defaults.getDuration("busy-interval");
            askElsewhereAfter = defaults.getDuration("ask-elsewhere-after");
            probeInterval = defaults.getDuration("probe-interval");
            tick = defaults.getDuration("tick");
            connectTimeout = defaults.getDuration("connect-timeout");
            maxBytesInFlight = defaults.getBytes("max-bytes-in-flight");
            maxCalls = defaults.getInt("max-calls");
            chunksInFlight = defaults.getInt("chunks-in-flight");
            maxLineBytes = Math.toIntExact(defaults.getBytes("max-line-bytes"));
            maxSessions = defaults.getInt("max-sessions");
            localIoThreads = defaults.getInt("local-io-threads");
        }

        /** Adds a host to ask for the host list, as {@code host:port}. */
        public Builder contact(String hostAndPort) {
            return contact(parseAddress(hostAndPort));
        }

        public Builder contact(HostAddress address) {
            contacts.add(address);
            return this;
        }

        public Builder contacts(List<HostAddress> addresses) {
            contacts.addAll(addresses);
            return this;
        }

        /** Where to listen for replies: empty for the canonical host, 0 for any free port. */
        public Builder bind(String host, int port) {
            this.bindHost = host;
            this.bindPort = port;
            return this;
        }

        /** Where hosts reach this client: empty to find out, 0 for the port that it listens on. */
        public Builder canonical(String host, int port) {
            this.canonicalHost = host;
            this.canonicalPort = port;
            return this;
        }

        public Builder deadline(Duration deadline) {
            this.deadline = deadline;
            return this;
        }

        public Builder retryInterval(Duration first, Duration longest) {
            this.retryInterval = first;
            this.maxRetryInterval = longest;
            return this;
        }

        /** How long a read waits for an answer before the next replica is asked as well. */
        public Builder askElsewhereAfter(Duration patience) {
            this.askElsewhereAfter = patience;
            return this;
        }

        public Builder connectTimeout(Duration connectTimeout) {
            this.connectTimeout = connectTimeout;
            return this;
        }

        public Builder maxBytesInFlight(long byteCount) {
            this.maxBytesInFlight = byteCount;
            return this;
        }

        public Builder maxCalls(int count) {
            this.maxCalls = count;
            return this;
        }

        public Builder chunksInFlight(int count) {
            this.chunksInFlight = count;
            return this;
        }

        public Builder maxLineBytes(int byteCount) {
            this.maxLineBytes = byteCount;
            return this;
        }

        public Builder maxSessions(int count) {
            this.maxSessions = count;
            return this;
        }

        public Builder localIoThreads(int count) {
            this.localIoThreads = count;
            return this;
        }

        /** Where stages complete; {@link ForkJoinPool#commonPool} if not set. */
        public Builder callbackExecutor(Executor executor) {
            this.callbackExecutor = Optional.of(executor);
            return this;
        }

        /**
         * Checks and returns the settings.
         *
         * @throws IllegalArgumentException naming the setting that is out of range
         */
        public ClientSettings build() {
            return new ClientSettings(
                    contacts,
                    bindHost,
                    bindPort,
                    canonicalHost,
                    canonicalPort,
                    deadline,
                    retryInterval,
                    maxRetryInterval,
                    busyInterval,
                    askElsewhereAfter,
                    probeInterval,
                    tick,
                    connectTimeout,
                    maxBytesInFlight,
                    maxCalls,
                    chunksInFlight,
                    maxLineBytes,
                    maxSessions,
                    localIoThreads,
                    callbackExecutor.orElseGet(ForkJoinPool::commonPool));
        }
    }
}
