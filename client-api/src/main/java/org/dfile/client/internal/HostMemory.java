package org.dfile.client.internal;

import java.util.concurrent.ConcurrentHashMap;
import org.dfile.model.HostId;

/**
 * Which hosts were silent lately. They are asked last, until they answer a probe. Nothing but a hint: who is asked first is
 * no matter of right or wrong. To be used by many threads; times are of {@link System#nanoTime}.
 */
final class HostMemory {

    private final long probeNanos;
    private final long quickNanos;
    private final ConcurrentHashMap<HostId, Long> nextProbe = new ConcurrentHashMap<>();

    /**
     * @param probeNanos time between two probes of a silent host
     * @param quickNanos an answer that took longer does not show that the host is well again
     */
    HostMemory(long probeNanos, long quickNanos) {
        this.probeNanos = probeNanos;
        this.quickNanos = quickNanos;
    }

    void silent(HostId host, long now) {
        nextProbe.putIfAbsent(host, now + probeNanos);
    }

    void answered(HostId host, long tookNanos) {
        if (tookNanos <= quickNanos) {
            nextProbe.remove(host);
        }
    }

    boolean isSilent(HostId host) {
        return nextProbe.containsKey(host);
    }

    /** Returns whether it is time to probe a host; says so once per interval. */
    boolean probeIsDue(HostId host, long now) {
        Long due = nextProbe.get(host);
        return due != null && now - due >= 0 && nextProbe.replace(host, due, now + probeNanos);
    }
}
