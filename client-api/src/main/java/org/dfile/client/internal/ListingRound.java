package org.dfile.client.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.Placement;
import org.dfile.model.Slot;
import org.dfile.protocol.ListReply;
import org.jspecify.annotations.Nullable;

/**
 * Asks all hosts for one page of names, and waits until enough have answered: those that are missing then are given a
 * short while, and none if they were silent before.
 */
final class ListingRound {

    /** A partial page waits so much longer for hosts without which it is not complete. */
    private static final int TIMES_LONGER_IF_PARTIAL = 5;

    /** What came of it. */
    record Result(Map<Host, ListReply.Names> answers, Map<Host, Throwable> missing, boolean complete) {}

    private final Questions questions;
    private final Placement placement;
    private final boolean partial;
    private final CompletableFuture<Result> end = new CompletableFuture<>();

    // Guarded by this.
    private final Map<Host, Question> open = new HashMap<>();
    private final Map<Host, ListReply.Names> answers = new LinkedHashMap<>();
    private final Map<Host, Throwable> failed = new LinkedHashMap<>();
    private boolean patienceLimited;
    private boolean ended;

    private ListingRound(Questions questions, boolean partial) {
        this.questions = questions;
        this.placement = questions.members().placement();
        this.partial = partial;
    }

    static CompletableFuture<Result> ask(Questions questions, boolean partial, String prefix, String after, int limit) {
        ListingRound round = new ListingRound(questions, partial);
        round.ask(prefix, after, limit);
        return round.end;
    }

    private void ask(String prefix, String after, int limit) {
        List<Host> hosts = placement.list().hosts();
        synchronized (this) {
            hosts.forEach(host -> open.put(host, questions.names(host, prefix, after, limit)));
        }
        for (Host host : hosts) {
            Question question = questionTo(host);
            Futures.atEnd(
                    question.ask(System.nanoTime()).thenApply(Questions::names),
                    (names, error) -> onEnd(host, names, error));
        }
    }

    private synchronized Question questionTo(Host host) {
        return Objects.requireNonNull(open.get(host));
    }

    private void onEnd(Host host, ListReply.@Nullable Names names, @Nullable Throwable error) {
        synchronized (this) {
            open.remove(host);
            if (names != null) {
                answers.put(host, names);
            } else {
                failed.put(host, Objects.requireNonNull(error));
            }
        }
        goOn();
    }

    private void goOn() {
        Duration patience = null;
        boolean done;
        synchronized (this) {
            boolean complete = isComplete();
            boolean othersSilent = open.keySet().stream().allMatch(questions::isSilent);
            done = open.isEmpty() || (complete && othersSilent);
            if (!done && !patienceLimited && (complete || partial)) {
                patienceLimited = true;
                patience = questions.askElsewhereAfter().multipliedBy(complete ? 1 : TIMES_LONGER_IF_PARTIAL);
            }
        }
        if (done) {
            finish();
        } else if (patience != null) {
            Futures.atEnd(
                    new CompletableFuture<Void>().completeOnTimeout(null, patience.toNanos(), TimeUnit.NANOSECONDS),
                    (nothing, error) -> finish());
        }
    }

    private void finish() {
        List<Question> left;
        Result result;
        synchronized (this) {
            long now = System.nanoTime();
            if (ended) {
                return; // the patience that was left is over
            }
            ended = true;
            open.keySet().forEach(host -> questions.silent(host, now));
            Map<Host, Throwable> missing = new LinkedHashMap<>(failed);
            open.keySet().forEach(host -> missing.put(host, new IllegalStateException("no answer from " + host.id())));
            result = new Result(new LinkedHashMap<>(answers), missing, isComplete());
            left = new ArrayList<>(open.values());
        }
        left.forEach(Question::giveUp);
        end.complete(result);
    }

    /**
     * A page is complete if so many replicas of each slot answered that they meet every majority; one that does not have
     * all records of a slot does not count there (I9).
     */
    private boolean isComplete() {
        HostList list = placement.list();
        Map<Slot, Set<HostId>> withoutRecords = new HashMap<>();
        answers.forEach((host, names) -> names.incomplete()
                .forEach(slot -> withoutRecords
                        .computeIfAbsent(slot, any -> new HashSet<>())
                        .add(host.id())));
        if (answers.size() == list.hosts().size() && withoutRecords.isEmpty()) {
            return true;
        }
        for (int number = 0; number < Slot.COUNT; number++) {
            Slot slot = new Slot(number);
            Set<HostId> without = withoutRecords.getOrDefault(slot, Set.of());
            long counting = placement.replicasOf(slot).stream()
                    .filter(host -> answers.containsKey(host) && !without.contains(host.id()))
                    .count();
            if (counting < list.replicas() - list.majority() + 1) {
                return false;
            }
        }
        return true;
    }
}
