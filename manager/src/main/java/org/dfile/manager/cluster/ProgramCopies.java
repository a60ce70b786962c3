package org.dfile.manager.cluster;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.dfile.manager.hosts.HostEntry;
import org.dfile.manager.launch.Distribution;
import org.dfile.manager.launch.LaunchException;
import org.dfile.manager.launch.LaunchException.Remains;
import org.dfile.manager.launch.LaunchException.Step;
import org.dfile.manager.launch.NodeHost;
import org.jspecify.annotations.Nullable;

/** Sees to it that each host has the program: local hosts run it in place, others get a copy. Safe for many threads. */
final class ProgramCopies {

    /** Where a node runs from, and how many files were sent for it. */
    record Program(String classPath, int filesSent) {}

    private final Distribution distribution;

    /** Several hosts of the list may be one machine with one copy: such are brought up to date one after the other. */
    private final Map<String, Object> locks = new ConcurrentHashMap<>();

    private @Nullable Map<String, String> checksums;

    ProgramCopies(Distribution distribution) {
        this.distribution = distribution;
    }

    Program provide(HostEntry host, NodeHost node) throws LaunchException {
        if (host.local()) {
            return new Program(Distribution.classPath(distribution.root().toString()), 0);
        }
        Map<String, String> wanted = checksums();
        synchronized (locks.computeIfAbsent(host.address().host() + " " + node.copyFolder(), key -> new Object())) {
            return new Program(Distribution.classPath(node.copyFolder()), node.install(distribution, wanted));
        }
    }

    private synchronized Map<String, String> checksums() throws LaunchException {
        Map<String, String> known = checksums;
        if (known == null) {
            try {
                known = distribution.checksums();
            } catch (IOException e) {
                throw new LaunchException(Step.INSTALL, "the program cannot be read: " + e, "", Remains.NONE);
            }
            checksums = known;
        }
        return known;
    }
}
