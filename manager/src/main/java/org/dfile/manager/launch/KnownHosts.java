package org.dfile.manager.launch;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.UserInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The user's known_hosts, shared by all connections of a command. It only ever gets lines appended, for hosts it has no
 * key of, and only where that is allowed; what stands in it stays.
 */
final class KnownHosts implements HostKeyRepository {

    private final HostKeyRepository read;
    private final Path file;
    private final boolean acceptNew;

    KnownHosts(HostKeyRepository read, Path file, boolean acceptNew) {
        this.read = read;
        this.file = file;
        this.acceptNew = acceptNew;
    }

    @Override
    public synchronized int check(String host, byte[] key) {
        int known = read.check(host, key);
        if (known != NOT_INCLUDED || !acceptNew) {
            return known;
        }
        // A host with keys of other types only is not new: its key has changed.
        if (read.getHostKey(host, null).length > 0) {
            return CHANGED;
        }
        try {
            HostKey hostKey = new HostKey(host, key);
            append(host + " " + hostKey.getType() + " " + hostKey.getKey() + "\n");
            read.add(hostKey, null);
            return OK;
        } catch (JSchException e) {
            return NOT_INCLUDED; // a key of no kind we know
        } catch (IOException e) {
            throw new UncheckedIOException("the key of " + host + " cannot be added to " + file, e);
        }
    }

    private void append(String line) throws IOException {
        if (!Files.exists(file)) {
            Files.createDirectories(
                    file.getParent(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public void add(HostKey hostKey, @Nullable UserInfo userInfo) {
        throw new UnsupportedOperationException("known_hosts changes by check alone");
    }

    @Override
    public void remove(String host, @Nullable String type) {
        throw new UnsupportedOperationException("known_hosts is never cut");
    }

    @Override
    public void remove(String host, @Nullable String type, byte[] key) {
        throw new UnsupportedOperationException("known_hosts is never cut");
    }

    @Override
    public String getKnownHostsRepositoryID() {
        return file.toString();
    }

    @Override
    public synchronized HostKey[] getHostKey() {
        return read.getHostKey();
    }

    @Override
    public synchronized HostKey[] getHostKey(String host, @Nullable String type) {
        return read.getHostKey(host, type);
    }
}
