package org.dfile.actors;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dfile.model.HostId;
import org.dfile.model.replica.PieceId;

/**
 * Bounds the bytes that a node sends each other host ahead of their batches and has not heard to be there: the transport
 * keeps in memory what a host does not take. What finds no room is not sent; a replica fetches it when a batch names it.
 * For any thread.
 */
final class AheadWindow {

    /** A small piece costs as much as this one. */
    private static final int LEAST_COST_BYTES = 64 << 10;

    /** What one host has not said to have, in the order in which it was sent. */
    private static final class Sent {
        final Map<PieceId, Integer> costs = new LinkedHashMap<>();
        long bytes;
        long lastNanos;

        void removeOldest() {
            Iterator<Integer> oldest = costs.values().iterator();
            bytes -= oldest.next();
            oldest.remove();
        }
    }

    private final long maxBytes;
    private final long probeNanos;
    private final Map<HostId, Sent> hosts = new HashMap<>();

    /**
     * Makes the windows of a node.
     *
     * @param maxBytes for each host
     * @param probeInterval so often a piece is sent to a host whose window is full: what it has not said to have may be lost
     */
    AheadWindow(long maxBytes, Duration probeInterval) {
        this.maxBytes = maxBytes;
        this.probeNanos = probeInterval.toNanos();
    }

    /** Whether a piece may be sent to a host; then it counts from now on. */
    synchronized boolean take(HostId to, PieceId id, int byteCount, long nowNanos) {
        Sent sent = hosts.computeIfAbsent(to, host -> new Sent());
        int cost = Math.max(byteCount, LEAST_COST_BYTES);
        if (!sent.costs.isEmpty() && sent.bytes + cost > maxBytes) {
            if (nowNanos - sent.lastNanos < probeNanos) {
                return false;
            }
            sent.removeOldest();
        }
        sent.costs.put(id, cost);
        sent.bytes += cost;
        sent.lastNanos = nowNanos;
        return true;
    }

    /** A host has a piece, and has got, or will never get, what was sent to it before. */
    synchronized void arrived(HostId from, PieceId id) {
        Sent sent = hosts.get(from);
        if (sent != null && sent.costs.containsKey(id)) {
            while (sent.costs.containsKey(id)) {
                sent.removeOldest();
            }
        }
    }
}
