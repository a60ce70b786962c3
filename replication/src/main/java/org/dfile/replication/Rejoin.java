package org.dfile.replication;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dfile.model.Ballot;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.StateId;
import org.jspecify.annotations.Nullable;

/**
 * How an amnesiac replica of a slot, or of one file of it, gets its vote back (I10): all other replicas promise it a new
 * ballot, so that nothing that its lost disk promised can still be counted; then it takes over what each of them holds.
 * A state machine: each call is an input, what it returns is to be done in order. Of one thread.
 *
 * <pre>
 *   preparing --all others promised--> reading --a page of all others--> restoring --all restored--> reading ...
 *                                                                          \--nothing more--> complete
 * </pre>
 *
 * The second ballot is enough, however often others take the slot over meanwhile. Who coordinated with votes of the lost
 * disk had promised that ballot itself, before, so it is not above what all others answered in the first round; the second
 * ballot is. A replica that refuses that one has promised a higher one, of somebody who begins now, and with it refuses all
 * below, as if it had promised this one.
 *
 * <p>Records come in order of names, a page at a time, so memory is bounded by the pages. A replica that cannot be reached
 * is waited for: fewer are not enough.
 */
public final class Rejoin {

    /** What one replica holds of a file. */
    public record Entry(FileName name, Committed committed, Optional<Pending> pending) {}

    /**
     * Records of one replica, in order of names, read after its promise was on disk.
     *
     * @param more whether records after the last one are left
     */
    public record Page(List<Entry> entries, boolean more, long floor) {
        public Page {
            entries = List.copyOf(entries);
            if (more && entries.isEmpty()) {
                throw new IllegalArgumentException("an empty page with more to come");
            }
        }
    }

    /** What is to be done next. */
    public sealed interface Effect {

        /** Asks for the promise. */
        record Prepare(HostId to, Ballot ballot) implements Effect {}

        /** Asks for the records of the slot after a name, of a replica that promised the ballot. */
        record FetchPage(HostId from, Ballot ballot, Optional<FileName> after) implements Effect {}

        /**
         * Fetches and stores what is known of a file: the highest committed state, or a later one, and, if it is the step
         * after that, the batch; with the ballot that it was accepted under. {@link Rejoin#restored} says that it is on disk.
         */
        record Restore(FileName name, Committed base, HostId holder, Optional<Pending> found, Optional<HostId> finder)
                implements Effect {}

        /**
         * Everything is there: ballot as promise, floor, then the vote are to be made durable. The ballot is that of this
         * rejoin, or the higher one of a batch that was taken over meanwhile: who holds a batch keeps its promise (I2).
         */
        record Complete(Ballot ballot, long floor) implements Effect {}

        /** All others have answered, with this ballot as the highest promise: {@link Rejoin#again} in one above it. */
        record Outvoted(Ballot by) implements Effect {}

        /** Two committed states of one version (I18). */
        record Diverged(FileName name, StateId one, StateId other) implements Effect {}
    }

    private enum Phase {
        PREPARING,
        OUTVOTED,
        READING,
        RESTORING,
        ENDED
    }

    private final List<HostId> others;
    private Ballot ballot;
    private final Set<HostId> granted = new HashSet<>();
    private final Map<HostId, Ballot> refused = new HashMap<>();
    private boolean aboveAll;
    private final Map<HostId, Page> pages = new HashMap<>();
    private final Set<FileName> restoring = new HashSet<>();
    private Phase phase = Phase.PREPARING;
    private @Nullable FileName before;
    private @Nullable FileName after;
    private boolean more;
    private long floor;
    private Ballot highest;

    private Rejoin(List<HostId> others, Ballot ballot) {
        this.others = others;
        this.ballot = ballot;
        this.highest = ballot;
    }

    /**
     * Begins a rejoin that loses nothing.
     *
     * @param replicas those of the slot; with no other replica nothing can be rejoined, which only the operator can accept
     * @param ballot of this host and life, never used before
     */
    public Rejoin(ReplicaSet replicas, Ballot ballot) {
        this(replicas.others(), ballot);
        if (replicas.others().isEmpty()) {
            throw new IllegalArgumentException("no other replica that could tell what was lost");
        }
    }

    /**
     * Begins a rejoin without some of the replicas: what they alone knew, acknowledged or not, is lost. Only the operator
     * may accept that (I10). With no replica left the slot is empty afterwards.
     *
     * @param givenUp hosts that are not waited for
     */
    public static Rejoin acceptingLoss(ReplicaSet replicas, Ballot ballot, Set<HostId> givenUp) {
        return new Rejoin(
                replicas.others().stream()
                        .filter(other -> !givenUp.contains(other))
                        .toList(),
                ballot);
    }

    public Ballot ballot() {
        return ballot;
    }

    /** Begins, or says again what has not been answered. */
    public List<Effect> resend() {
        List<Effect> out = new ArrayList<>();
        if (phase == Phase.PREPARING && others.isEmpty()) {
            phase = Phase.ENDED;
            out.add(new Effect.Complete(ballot, floor));
        } else if (phase == Phase.PREPARING) {
            others.stream()
                    .filter(other -> !granted.contains(other) && !refused.containsKey(other))
                    .forEach(other -> out.add(new Effect.Prepare(other, ballot)));
        } else if (phase == Phase.READING) {
            others.stream().filter(other -> !pages.containsKey(other)).forEach(other -> {
                out.add(new Effect.Prepare(
                        other, ballot)); // if it has failed before the higher promise was on its disk
                askPage(other, out);
            });
        }
        return out;
    }

    public List<Effect> onPromise(HostId from, Ballot promised) {
        return phase == Phase.PREPARING && promised.equals(ballot) && others.contains(from)
                ? grantedBy(from)
                : List.of();
    }

    /**
     * A replica did not promise the ballot of this rejoin.
     *
     * @param promised what it has promised, or is about to
     */
    public List<Effect> onRefused(HostId from, Ballot promised) {
        boolean counts = phase == Phase.PREPARING && others.contains(from) && !granted.contains(from);
        if (!counts || promised.compareTo(ballot) <= 0) {
            return List.of();
        }
        if (aboveAll) {
            return grantedBy(from);
        }
        refused.merge(from, promised, (one, other) -> one.compareTo(other) > 0 ? one : other);
        return answered();
    }

    private List<Effect> grantedBy(HostId from) {
        granted.add(from);
        refused.remove(from);
        return answered();
    }

    private List<Effect> answered() {
        List<Effect> out = new ArrayList<>();
        if (granted.size() == others.size()) {
            read(out);
        } else if (granted.size() + refused.size() == others.size()) {
            phase = Phase.OUTVOTED;
            out.add(new Effect.Outvoted(Collections.max(refused.values())));
        }
        return out;
    }

    /**
     * Goes on in a higher ballot, after {@link Effect.Outvoted}.
     *
     * @param higher of this host and life, never used before, above what it was outvoted by
     */
    public List<Effect> again(Ballot higher) {
        if (phase != Phase.OUTVOTED
                || refused.values().stream().anyMatch(promised -> promised.compareTo(higher) >= 0)
                || ballot.compareTo(higher) >= 0) {
            throw new IllegalStateException(higher + " after " + ballot + ", " + phase + ", " + refused);
        }
        phase = Phase.PREPARING;
        ballot = higher;
        highest = higher;
        aboveAll = true;
        granted.clear();
        refused.clear();
        return resend();
    }

    private void read(List<Effect> out) {
        phase = Phase.READING;
        pages.clear();
        others.forEach(other -> askPage(other, out));
    }

    private void askPage(HostId other, List<Effect> out) {
        out.add(new Effect.FetchPage(other, ballot, Optional.ofNullable(after)));
    }

    /**
     * A replica sent a page.
     *
     * @param asked after which name it was asked for
     */
    public List<Effect> onPage(HostId from, Ballot by, Optional<FileName> asked, Page page) {
        List<Effect> out = new ArrayList<>();
        if (phase == Phase.READING
                && by.equals(ballot)
                && asked.equals(Optional.ofNullable(after))
                && others.contains(from)) {
            pages.put(from, page);
            if (pages.size() == others.size()) {
                restore(out);
            }
        }
        return out;
    }

    /** Takes the names up to the last one that all pages reach. */
    private void restore(List<Effect> out) {
        @Nullable FileName end = null;
        for (Page page : pages.values()) {
            floor = Math.max(floor, page.floor());
            if (page.more()) {
                FileName last = page.entries().get(page.entries().size() - 1).name();
                end = end == null || last.compareTo(end) < 0 ? last : end;
            }
        }
        phase = Phase.RESTORING;
        more = end != null;
        before = after;
        after = end == null ? after : end;
        for (Map.Entry<FileName, Map<HostId, FileMessage.Answer>> file :
                byName(end).entrySet()) {
            Survey survey = Survey.of(file.getValue());
            survey.divergences()
                    .forEach(found -> out.add(new Effect.Diverged(file.getKey(), found.one(), found.other())));
            restoring.add(file.getKey());
            Pending found = survey.found();
            highest = found != null && found.ballot().compareTo(highest) > 0 ? found.ballot() : highest;
            out.add(new Effect.Restore(
                    file.getKey(),
                    survey.base(),
                    survey.holder(),
                    Optional.ofNullable(survey.found()),
                    Optional.ofNullable(survey.finder())));
        }
        proceed(out);
    }

    private SortedMap<FileName, Map<HostId, FileMessage.Answer>> byName(@Nullable FileName end) {
        SortedMap<FileName, Map<HostId, FileMessage.Answer>> byName = new TreeMap<>();
        pages.forEach((host, page) -> page.entries().stream()
                .filter(entry -> end == null || entry.name().compareTo(end) <= 0)
                .forEach(entry -> byName.computeIfAbsent(entry.name(), name -> new HashMap<>())
                        .put(
                                host,
                                new FileMessage.Answer(ballot, 0, entry.committed(), entry.pending(), page.floor()))));
        return byName;
    }

    /** What a {@link Effect.Restore} asked for is on disk. */
    public List<Effect> restored(FileName name) {
        List<Effect> out = new ArrayList<>();
        if (phase == Phase.RESTORING && restoring.remove(name)) {
            proceed(out);
        }
        return out;
    }

    /** What was to be restored is not to be had any more: who held it has gone on. The page is read anew. */
    public List<Effect> notRestored(FileName name) {
        List<Effect> out = new ArrayList<>();
        if (phase == Phase.RESTORING && restoring.contains(name)) {
            restoring.clear();
            after = before;
            read(out);
        }
        return out;
    }

    private void proceed(List<Effect> out) {
        if (!restoring.isEmpty()) {
            return;
        }
        if (more) {
            read(out);
        } else {
            phase = Phase.ENDED;
            out.add(new Effect.Complete(highest, floor));
        }
    }
}
