package org.dfile.manager.hosts;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;

/** Reads a host list file (HOCON) and refuses whatever it does not understand. */
public final class HostListReader {

    private static final Set<String> TOP_KEYS = Set.of("cluster", "defaults", "hosts", "replicas", "allow-plain-tcp");
    private static final Set<String> DEFAULT_KEYS =
            Set.of("port", "local", "user", "ssh-port", "identity", "dir", "java", "heap");
    private static final Set<String> HOST_KEYS =
            Set.of("id", "address", "port", "local", "user", "ssh-port", "identity", "dir", "data", "java", "heap");

    private static final long MIN_HEAP_BYTES = 64L << 20;

    private final Path file;
    private final Config builtIn;

    private HostListReader(Path file, Config builtIn) {
        this.file = file;
        this.builtIn = builtIn;
    }

    /**
     * Reads {@code file}.
     *
     * @throws HostListException for a file that is missing, is no HOCON, or says what makes no sense
     */
    public static Wish read(Path file) {
        Config builtIn = ConfigFactory.defaultReference(HostListReader.class.getClassLoader())
                .getConfig("dfile.manager.host-list");
        return new HostListReader(file, builtIn).read();
    }

    private Wish read() {
        if (!Files.isReadable(file)) {
            throw new HostListException(file, Files.exists(file) ? "cannot be read" : "there is no such file");
        }
        try {
            Config config = ConfigFactory.parseFile(
                            file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
                    .resolve();
            return wish(config);
        } catch (ConfigException e) {
            throw new HostListException(file, lineOf(e), withoutOrigin(e));
        }
    }

    private Wish wish(Config config) {
        checkKeys(config.root(), TOP_KEYS, "");
        Config all = config.withFallback(builtIn);
        checkKeys(
                config.hasPath("defaults") ? config.getObject("defaults") : all.getObject("defaults"),
                DEFAULT_KEYS,
                "defaults.");
        if (!config.hasPath("hosts")) {
            throw new HostListException(file, "hosts: there is no host");
        }
        List<? extends ConfigValue> rows = config.getList("hosts");
        if (rows.isEmpty() || rows.size() > HostList.MAX_HOSTS) {
            throw new HostListException(
                    file,
                    line(config.getValue("hosts")),
                    "hosts: 1 to " + HostList.MAX_HOSTS + " hosts, not " + rows.size());
        }
        List<HostEntry> hosts = new ArrayList<>();
        for (ConfigValue row : rows) {
            hosts.add(entry(row, all.getConfig("defaults")));
        }
        checkDistinct(hosts, rows);
        return new Wish(
                file,
                all.getString("cluster"),
                all.getBoolean("allow-plain-tcp"),
                replicas(config, hosts.size()),
                hosts);
    }

    private OptionalInt replicas(Config config, int hosts) {
        if (!config.hasPath("replicas")) {
            return OptionalInt.empty();
        }
        int replicas = config.getInt("replicas");
        if (replicas < 1 || replicas > hosts) {
            throw new HostListException(
                    file, line(config.getValue("replicas")), "replicas: " + replicas + " on " + hosts + " hosts");
        }
        return OptionalInt.of(replicas);
    }

    private HostEntry entry(ConfigValue value, Config defaults) {
        if (value.valueType() != ConfigValueType.OBJECT) {
            throw new HostListException(file, line(value), "hosts: not a host but " + value.render());
        }
        ConfigObject row = (ConfigObject) value;
        checkKeys(row, HOST_KEYS, "hosts.");
        Config host = row.toConfig().withFallback(defaults);
        String address = valid(row, "address", host, config -> nonBlank(config.getString("address")));
        int port = valid(row, "port", host, config -> config.getInt("port"));
        return new HostEntry(
                valid(row, "id", host, config -> new HostId(config.getString("id"))),
                valid(
                        row,
                        row.containsKey("port") ? "port" : "address",
                        host,
                        config -> new HostAddress(address, port)),
                valid(row, "local", host, config -> config.getBoolean("local")),
                text(row, "user", host),
                valid(row, "ssh-port", host, HostListReader::sshPort),
                text(row, "identity", host),
                text(row, "dir", host),
                text(row, "data", host),
                valid(row, "java", host, config -> nonBlank(config.getString("java"))),
                valid(row, "heap", host, HostListReader::heapBytes));
    }

    private Optional<String> text(ConfigObject row, String key, Config host) {
        return valid(
                row,
                key,
                host,
                config -> config.hasPath(key) ? Optional.of(nonBlank(config.getString(key))) : Optional.empty());
    }

    private static Optional<Integer> sshPort(Config host) {
        if (!host.hasPath("ssh-port")) {
            return Optional.empty();
        }
        int port = host.getInt("ssh-port");
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not in 1..65535");
        }
        return Optional.of(port);
    }

    private static long heapBytes(Config host) {
        long bytes = host.getBytes("heap");
        if (bytes < MIN_HEAP_BYTES) {
            throw new IllegalArgumentException("a node needs at least 64m of heap, not " + host.getString("heap"));
        }
        return bytes;
    }

    private static String nonBlank(String text) {
        if (text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("empty, or with control characters");
        }
        return text;
    }

    /** Whatever is wrong with the value of {@code key} is said with the key and the line of the value or of its host. */
    private <T> T valid(ConfigObject row, String key, Config host, Function<Config, T> read) {
        try {
            return read.apply(host);
        } catch (ConfigException.Missing e) {
            throw new HostListException(file, line(row), "hosts." + key + ": is missing");
        } catch (ConfigException e) {
            int line = lineOf(e);
            throw new HostListException(file, line > 0 ? line : line(row), "hosts." + key + ": " + withoutOrigin(e));
        } catch (IllegalArgumentException e) {
            ConfigValue value = row.get(key);
            throw new HostListException(
                    file, line(value == null ? row : value), "hosts." + key + ": " + e.getMessage());
        }
    }

    private void checkKeys(ConfigObject object, Set<String> known, String prefix) {
        for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            if (!known.contains(entry.getKey())) {
                throw new HostListException(
                        file,
                        line(entry.getValue()),
                        prefix + entry.getKey() + ": unknown key; known are "
                                + String.join(", ", new TreeSet<>(known)));
            }
        }
    }

    private void checkDistinct(List<HostEntry> hosts, List<? extends ConfigValue> rows) {
        Map<Object, HostEntry> seen = new HashMap<>();
        for (int i = 0; i < hosts.size(); i++) {
            HostEntry host = hosts.get(i);
            if (seen.put(host.id(), host) != null) {
                throw new HostListException(file, line(rows.get(i)), "hosts.id: \"" + host.id() + "\" stands twice");
            }
            HostEntry other = seen.put(host.address(), host);
            if (other != null) {
                throw new HostListException(
                        file,
                        line(rows.get(i)),
                        "hosts.address: " + host.address() + " stands twice, for " + other.id() + " and " + host.id());
            }
        }
    }

    private static int line(ConfigValue value) {
        return value.origin().lineNumber();
    }

    private static int lineOf(ConfigException e) {
        return e.origin() == null ? -1 : e.origin().lineNumber();
    }

    /** The library puts file and line in front of its message; we say them ourselves. */
    private static String withoutOrigin(ConfigException e) {
        String message = String.valueOf(e.getMessage());
        String origin = e.origin() == null ? "" : e.origin().description() + ": ";
        return message.startsWith(origin) ? message.substring(origin.length()) : message;
    }
}
