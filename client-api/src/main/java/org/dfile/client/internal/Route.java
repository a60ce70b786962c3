package org.dfile.client.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.dfile.model.Host;
import org.dfile.model.HostId;

/**
 * The hosts for the attempts of one call or of one file's changes: in placement order, but those last that were silent
 * lately; each once, then from the beginning. Of one thread at a time.
 */
final class Route {

    private final Supplier<List<Host>> replicas;
    private final HostMemory memory;
    private final Set<HostId> tried = new HashSet<>();

    /** @param replicas in placement order, as the host list says now */
    Route(Supplier<List<Host>> replicas, HostMemory memory) {
        this.replicas = replicas;
        this.memory = memory;
    }

    /** Returns how many hosts there are to ask. */
    int size() {
        return replicas.get().size();
    }

    /** Returns whether each host has been asked since the beginning. */
    boolean isAtEnd() {
        return replicas.get().stream().allMatch(host -> tried.contains(host.id()));
    }

    Host next() {
        if (isAtEnd()) {
            tried.clear();
        }
        List<Host> open = new ArrayList<>(replicas.get());
        open.removeIf(host -> tried.contains(host.id()));
        Host host = open.stream()
                .filter(one -> !memory.isSilent(one.id()))
                .findFirst()
                .orElse(open.get(0));
        tried.add(host.id());
        return host;
    }

    /** Begins anew. */
    void restart() {
        tried.clear();
    }
}
