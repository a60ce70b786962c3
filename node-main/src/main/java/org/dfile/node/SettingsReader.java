package org.dfile.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.dfile.actors.FileServerSettings;
import org.dfile.actors.operator.OperatorSettings;
import org.dfile.actors.slots.SlotsSettings;
import org.dfile.actors.transfer.TransferSettings;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.protocol.HostListException;
import org.dfile.protocol.HostListFile;
import org.dfile.store.StoreSettings;
import org.dfile.store.UpkeepSettings;

/** Reads a settings file and what it names, and refuses what cannot be meant. Every refusal names file and key. */
final class SettingsReader {

    private static final String NODE = "dfile.node.";
    private static final int MAX_TOKEN_BYTES = 4_096;

    /** Where a key that the reference does not have is a mistake. */
    private static final List<String> SUBTREES =
            List.of("dfile.node", "dfile.server", "dfile.operator", "dfile.slots", "dfile.transfer");

    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final Path file;
    private final Path folder;
    private final Config own;
    private final Config all;

    private SettingsReader(Path file, Config own, Config reference) {
        this.file = file;
        this.folder = file.toAbsolutePath().resolveSibling(".").normalize();
        this.own = own;
        this.all = own.withFallback(reference).resolve();
    }

    static NodeSettings read(Path file) throws NodeException {
        ClassLoader loader = SettingsReader.class.getClassLoader();
        Config reference = ConfigFactory.defaultReferenceUnresolved(loader);
        try {
            Config own = ConfigFactory.parseFile(
                    file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
            SettingsReader reader = new SettingsReader(file, own, reference);
            reader.checkKeys(reference);
            return reader.settings();
        } catch (ConfigException e) {
            throw refused("settings file " + file + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw refused("settings file " + file + ": " + e.getMessage(), e);
        } catch (HostListException e) {
            throw refused(String.valueOf(e.getMessage()), e);
        }
    }

    private void checkKeys(Config reference) {
        for (String subtree : SUBTREES) {
            if (own.hasPath(subtree)) {
                own.getConfig(subtree).entrySet().forEach(entry -> {
                    String key = subtree + "." + entry.getKey();
                    if (!reference.hasPath(key)) {
                        throw new IllegalArgumentException("unknown key " + key + " ("
                                + entry.getValue().origin().description() + ")");
                    }
                });
            }
        }
    }

    private NodeSettings settings() throws NodeException, HostListException {
        Path listFile = path("host-list");
        HostList list = HostListFile.read(listFile);
        Host self = self(list, listFile);
        return new NodeSettings(
                self,
                list,
                listFile,
                path("data"),
                adminToken(path("admin-token-file")),
                bindHost(self),
                bindPort(self),
                all.getBoolean(NODE + "format"),
                all.getBoolean(NODE + "replacement"),
                all.getBoolean(NODE + "allow-plain-tcp"),
                all.getDuration(NODE + "shutdown-timeout"),
                store(all.getConfig(NODE + "store")),
                FileServerSettings.from(all),
                OperatorSettings.from(all),
                SlotsSettings.from(all),
                TransferSettings.from(all),
                own);
    }

    private Host self(HostList list, Path listFile) throws NodeException {
        String id = all.getString(NODE + "host-id");
        if (id.isBlank()) {
            throw refused("settings file " + file + ": " + NODE + "host-id is missing");
        }
        return list.host(new HostId(id))
                .orElseThrow(() -> refused("settings file " + file + ": " + NODE + "host-id \"" + id
                        + "\" does not stand in host list " + listFile));
    }

    private String bindHost(Host self) {
        String host = all.getString(NODE + "bind.host");
        return host.isBlank() ? self.address().host() : host;
    }

    private int bindPort(Host self) {
        int port = all.getInt(NODE + "bind.port");
        return port == 0 ? self.address().port() : port;
    }

    private Path path(String key) {
        String text = all.getString(NODE + key);
        if (text.isBlank()) {
            throw new IllegalArgumentException(NODE + key + " is blank");
        }
        return folder.resolve(text).normalize();
    }

    private static String adminToken(Path token) throws NodeException {
        try {
            Set<PosixFilePermission> permissions = EnumSet.copyOf(OTHERS);
            permissions.retainAll(Files.getPosixFilePermissions(token));
            if (!permissions.isEmpty()) {
                throw refused("admin token file " + token + ": others may read it; chmod 600");
            }
            if (Files.size(token) > MAX_TOKEN_BYTES) {
                throw refused("admin token file " + token + ": more than " + MAX_TOKEN_BYTES + " bytes");
            }
            String text = Files.readString(token).strip();
            if (text.isEmpty()) {
                throw refused("admin token file " + token + ": it is empty");
            }
            return text;
        } catch (NoSuchFileException e) {
            throw refused("admin token file " + token + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw refused("admin token file " + token + ": it is not text", e);
        } catch (IOException e) {
            throw refused("admin token file " + token + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static StoreSettings store(Config store) {
        try {
            return new StoreSettings(
                    store.getBytes("data-file-size"),
                    store.getBytes("reserve"),
                    store.getBytes("compaction-reserve"),
                    store.getDuration("space-check-interval"),
                    store.getBytes("block-cache"),
                    store.getBytes("write-buffer"),
                    store.getBytes("stage-memory"),
                    store.getInt("io-buffers"),
                    store.getInt("commit-queue-length"),
                    store.getInt("commit-group-length"),
                    store.getBytes("commit-group-size"),
                    store.getBytes("sync-ahead"),
                    upkeep(store));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(NODE + "store: " + e.getMessage(), e);
        }
    }

    private static UpkeepSettings upkeep(Config store) {
        return new UpkeepSettings(
                store.getBytes("compaction.bytes-per-second"),
                store.getInt("compaction.garbage-percent"),
                store.getDuration("compaction.interval"),
                store.getBytes("scrub.bytes-per-second"),
                store.getDuration("scrub.save-interval"),
                store.getInt("scrub.damage-limit"));
    }

    private static NodeException refused(String message) {
        return new NodeException(ExitCode.SETTINGS_REFUSED, message);
    }

    private static NodeException refused(String message, Throwable cause) {
        return new NodeException(ExitCode.SETTINGS_REFUSED, message, cause);
    }
}
