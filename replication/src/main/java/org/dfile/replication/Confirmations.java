package org.dfile.replication;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.dfile.model.HostId;
import org.jspecify.annotations.Nullable;

/**
 * The numbered rounds in which a leader asks whether it still leads (I7). One round is under way at a time; reads that
 * arrive meanwhile share the next one, since only a round that begins after them counts.
 */
final class Confirmations {

    private long round;
    private long least;
    private boolean underWay;
    private final Set<HostId> confirmed = new HashSet<>();
    private final List<SlotEffect.Read> reads = new ArrayList<>();
    private final List<SlotEffect.Read> waiting = new ArrayList<>();

    Confirmations copy() {
        Confirmations copy = new Confirmations();
        copy.round = round;
        copy.least = least;
        copy.underWay = underWay;
        copy.confirmed.addAll(confirmed);
        copy.reads.addAll(reads);
        copy.waiting.addAll(waiting);
        return copy;
    }

    void describe(Consumer<@Nullable Object> sink) {
        sink.accept(round);
        sink.accept(least);
        sink.accept(underWay);
        sink.accept(Set.copyOf(confirmed));
        sink.accept(List.copyOf(reads));
        sink.accept(List.copyOf(waiting));
    }

    /** Rounds that begin from now on have at least this number. */
    void numberFrom(long number) {
        least = number;
    }

    void add(SlotEffect.Read read) {
        waiting.add(read);
    }

    /** Begins the next round if none is under way and a read waits for one. */
    boolean begin() {
        if (underWay || waiting.isEmpty()) {
            return false;
        }
        round = Math.max(round + 1, least);
        underWay = true;
        confirmed.clear();
        reads.addAll(waiting);
        waiting.clear();
        return true;
    }

    long round() {
        return round;
    }

    boolean isUnderWay() {
        return underWay;
    }

    boolean isUnderWay(long number) {
        return underWay && round == number;
    }

    /** Counts a replica, returns how many there are. */
    int count(HostId from) {
        confirmed.add(from);
        return confirmed.size();
    }

    List<SlotEffect.Read> end() {
        List<SlotEffect.Read> ended = List.copyOf(reads);
        reads.clear();
        underWay = false;
        return ended;
    }

    List<HostId> missing(List<HostId> others) {
        return underWay
                ? others.stream().filter(host -> !confirmed.contains(host)).toList()
                : List.of();
    }
}
