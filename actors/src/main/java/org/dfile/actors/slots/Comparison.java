package org.dfile.actors.slots;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.replica.Committed;
import org.dfile.protocol.peer.RecordEntry;
import org.dfile.protocol.peer.SlotPeerMessage.PageMail;
import org.jspecify.annotations.Nullable;

/**
 * Compares what some replicas hold of one slot, page by page: as far as the pages of all of them reach. Memory is bounded
 * by the pages. Of one thread.
 */
final class Comparison {

    /**
     * What the replicas hold of a file.
     *
     * @param highest the latest committed state of them
     * @param holders how many replicas hold that one
     * @param alike whether all do, and none has a batch that waits to be decided
     */
    record Found(FileName name, Committed highest, int holders, boolean alike) {}

    private final Set<HostId> hosts;
    private final Map<HostId, PageMail> pages = new HashMap<>();
    private String after = "";
    private boolean ended;

    Comparison(Set<HostId> hosts) {
        this.hosts = Set.copyOf(hosts);
    }

    /** Returns after which name pages are wanted. */
    String after() {
        return after;
    }

    boolean isEnded() {
        return ended;
    }

    int hostCount() {
        return hosts.size();
    }

    /** Returns whose page is missing. */
    Set<HostId> missing() {
        Set<HostId> missing = new HashSet<>(hosts);
        missing.removeAll(pages.keySet());
        return missing;
    }

    /** Takes a page. Returns what the pages say once they are all here; then the next ones are wanted, or it has ended. */
    Optional<List<Found>> onPage(PageMail page) {
        boolean wanted = !ended
                && hosts.contains(page.from())
                && page.after().equals(after)
                && !(page.more() && page.entries().isEmpty());
        if (!wanted) {
            return Optional.empty();
        }
        pages.put(page.from(), page);
        return missing().isEmpty() ? Optional.of(compare()) : Optional.empty();
    }

    private List<Found> compare() {
        @Nullable FileName end = null;
        for (PageMail page : pages.values()) {
            if (page.more()) {
                FileName last = page.entries().get(page.entries().size() - 1).name();
                end = end == null || last.compareTo(end) < 0 ? last : end;
            }
        }
        List<Found> found = new ArrayList<>();
        byName(end).forEach((name, entries) -> found.add(found(name, entries)));
        pages.clear();
        ended = end == null;
        after = end == null ? after : end.toString();
        return found;
    }

    private Map<FileName, List<RecordEntry>> byName(@Nullable FileName end) {
        Map<FileName, List<RecordEntry>> byName = new TreeMap<>();
        for (PageMail page : pages.values()) {
            for (RecordEntry entry : page.entries()) {
                if (end == null || entry.name().compareTo(end) <= 0) {
                    byName.computeIfAbsent(entry.name(), name -> new ArrayList<>())
                            .add(entry);
                }
            }
        }
        return byName;
    }

    private Found found(FileName name, List<RecordEntry> entries) {
        Committed highest = entries.get(0).committed();
        for (RecordEntry entry : entries) {
            highest = entry.committed().id().isAbove(highest.id()) ? entry.committed() : highest;
        }
        int holders = 0;
        boolean undecided = false;
        for (RecordEntry entry : entries) {
            holders += entry.committed().id().equals(highest.id()) ? 1 : 0;
            undecided |= entry.pending().isPresent();
        }
        return new Found(name, highest, holders, holders == hosts.size() && !undecided);
    }
}
