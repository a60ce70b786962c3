package org.dfile.cluster.thrash;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Host;
import org.dfile.model.Limits;
import org.dfile.model.Placement;
import org.dfile.store.ListResult;
import org.dfile.store.LocalStore;
import org.dfile.store.ReadResult;
import org.dfile.store.StoreException;
import org.dfile.store.StoreSettings;
import org.dfile.store.VolumeIdentity;
import org.dfile.store.Volumes;

/** The volumes of all nodes, which have ended, each opened by itself. */
final class Replicas implements AutoCloseable {

    private static final int PAGE = 1_000;

    /** What one host has of a file. */
    record Copy(FileVersion version, ChainHash hash, long length) {}

    private final Map<String, LocalStore> stores = new LinkedHashMap<>();
    private final Placement placement;

    private Replicas(Placement placement) {
        this.placement = placement;
    }

    static Replicas open(ThrashedCluster cluster) {
        Replicas replicas = new Replicas(new Placement(cluster.list()));
        try {
            for (int index : cluster.indexes()) {
                Host host = cluster.list().hosts().get(index);
                replicas.stores.put(
                        host.id().text(),
                        Volumes.open(
                                cluster.disk(index).volume(),
                                new VolumeIdentity(cluster.list().cluster(), host.id(), host.volume()),
                                StoreSettings.defaults(),
                                poisoned -> {
                                    throw new AssertionError("the disk of " + host.id(), poisoned);
                                }));
            }
            return replicas;
        } catch (StoreException e) {
            replicas.close();
            throw new AssertionError("a volume cannot be opened", e);
        }
    }

    List<String> hostsOf(String name) {
        return placement.replicasOf(FileName.of(name)).stream()
                .map(host -> host.id().text())
                .toList();
    }

    /** Returns what each host holds of each file that exists; tombstones are left out. */
    Map<String, Map<String, Copy>> all() {
        Map<String, Map<String, Copy>> files = new TreeMap<>();
        stores.forEach((host, store) -> {
            String after = "";
            for (boolean more = true; more; ) {
                ListResult page = page(store, after);
                for (ListResult.Entry entry : page.entries()) {
                    FileName name = entry.status().name();
                    after = name.toString();
                    if (entry.exists()) {
                        files.computeIfAbsent(after, any -> new HashMap<>()).put(host, copy(store, name));
                    }
                }
                more = page.more();
            }
        });
        return files;
    }

    private static ListResult page(LocalStore store, String after) {
        try {
            return store.list("", after, PAGE);
        } catch (StoreException e) {
            throw new AssertionError("a volume cannot be listed", e);
        }
    }

    private static Copy copy(LocalStore store, FileName name) {
        try {
            FileState state = store.state(name).orElseThrow();
            return new Copy(state.version(), state.hash(), state.length());
        } catch (StoreException e) {
            throw new AssertionError(name + " cannot be read", e);
        }
    }

    /** Tells which files are not on all their hosts in the same state, and on no other. */
    List<String> differences(Map<String, Map<String, Copy>> files) {
        List<String> differences = new ArrayList<>();
        files.forEach((name, copies) -> {
            boolean everywhere = copies.keySet().equals(Set.copyOf(hostsOf(name)));
            boolean alike = copies.values().stream().distinct().count() == 1;
            if (!everywhere || !alike) {
                differences.add(name + ", kept by " + hostsOf(name) + ", is " + copies);
            }
        });
        return differences;
    }

    byte[] read(String host, String name) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            LocalStore store = Objects.requireNonNull(stores.get(host));
            ReadResult read = store.read(FileName.of(name), 0, Limits.MAX_CHUNK_BYTES);
            while (read.bytes().byteCount() > 0) {
                byte[] part = new byte[read.bytes().byteCount()];
                read.bytes().buffer().get(part);
                bytes.writeBytes(part);
                read = store.read(FileName.of(name), bytes.size(), Limits.MAX_CHUNK_BYTES);
            }
            return bytes.toByteArray();
        } catch (StoreException e) {
            throw new AssertionError(name + " cannot be read on " + host, e);
        }
    }

    @Override
    public void close() {
        for (LocalStore store : stores.values()) {
            try {
                store.close();
            } catch (StoreException e) {
                throw new AssertionError("a volume cannot be closed", e);
            }
        }
    }
}
