package org.dfile.replication.batch;

import static java.util.Comparator.comparingLong;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Outcome;
import org.dfile.model.Session;
import org.dfile.model.SessionId;
import org.dfile.model.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * A file's sessions while a batch is built (I8): what they were, and what the batch makes of them. Lives within one call
 * of {@link BatchPlanner}.
 */
final class SessionDraft {

    private final FileName name;
    private final long seq;
    private final FileVersion committed;
    private final int maxSessions;
    private final Map<SessionId, Session> sessions = new HashMap<>();
    private final Map<SessionId, Session> changed = new LinkedHashMap<>();
    private final Map<SessionId, Long> firsts = new HashMap<>();
    private final List<SessionId> evicted = new ArrayList<>();
    private final FileVersion watermark;

    SessionDraft(FileName name, Optional<FileState> state, List<Proposal> proposals, int maxSessions) {
        this.name = name;
        this.committed = state.map(FileState::version).orElse(FileVersion.NONE);
        this.seq = committed.seq() + 1;
        this.maxSessions = maxSessions;
        this.watermark = state.map(FileState::watermark).orElse(FileVersion.NONE);
        state.ifPresent(known -> known.sessions().forEach(session -> sessions.put(session.id(), session)));
        proposals.forEach(proposal ->
                firsts.merge(proposal.stamp().session(), proposal.stamp().first(), Math::max));
    }

    /** Returns the verdict on a change that must not be executed now, none if its turn has come. */
    Optional<Verdict> judge(Stamp stamp) {
        Session session = sessions.get(stamp.session());
        if (session == null && !admitted(stamp)) {
            return Optional.of(new Verdict.Refused(new Failure.SessionLost(name, committed)));
        }
        long last = session == null ? 0 : session.last();
        if (session != null && stamp.number() <= last) {
            return Optional.of(known(session, stamp));
        }
        long closed = Math.max(last, firsts.getOrDefault(stamp.session(), 1L) - 1); // I8: below first, for ever
        if (stamp.number() <= closed) {
            return Optional.of(new Verdict.Refused(new Failure.OutcomeClosed(name, stamp.number())));
        }
        if (stamp.number() > closed + 1) {
            return Optional.of(new Verdict.WaitsFor(closed + 1));
        }
        return hasRoomFor(session) ? Optional.empty() : Optional.of(new Verdict.NextBatch());
    }

    /** I8: whoever may have been evicted with an outcome that it does not know is not taken for a new session. */
    private boolean admitted(Stamp stamp) {
        return stamp.known().compareTo(watermark) >= 0 && !evicted.contains(stamp.session());
    }

    private Verdict known(Session session, Stamp stamp) {
        Optional<Outcome> outcome = session.outcome(stamp.number());
        if (outcome.isEmpty()) {
            return new Verdict.Refused(new Failure.OutcomeClosed(name, stamp.number()));
        }
        return changed.containsKey(session.id()) // then the outcome may be this batch's own, not yet on disk
                ? new Verdict.Executes(outcome.get())
                : new Verdict.Remembered(outcome.get());
    }

    private boolean hasRoomFor(@Nullable Session session) {
        return session != null || sessions.size() < maxSessions || changed.size() < sessions.size();
    }

    /** Notes the outcome of a change whose turn had come. */
    void record(Stamp stamp, Outcome outcome) {
        Session before = sessions.get(stamp.session());
        if (before == null && sessions.size() >= maxSessions) {
            evictOne();
        }
        List<Outcome> outcomes = new ArrayList<>();
        if (before != null && before.last() == stamp.number() - 1) {
            long wanted = Math.max(0, stamp.number() - stamp.first());
            List<Outcome> kept = before.outcomes();
            outcomes.addAll(kept.subList((int) Math.max(0, kept.size() - wanted), kept.size()));
        }
        outcomes.add(outcome);
        Session after = new Session(stamp.session(), stamp.number(), outcomes, seq);
        sessions.put(after.id(), after);
        changed.put(after.id(), after);
    }

    private void evictOne() {
        SessionId idlest = sessions.values().stream()
                .filter(session -> !changed.containsKey(session.id()))
                .min(comparingLong(Session::usedSeq)
                        .thenComparing(session -> session.id().value()))
                .orElseThrow()
                .id();
        sessions.remove(idlest);
        evicted.add(idlest);
    }

    List<Session> changed() {
        return List.copyOf(changed.values());
    }

    List<SessionId> evicted() {
        return evicted;
    }

    /** Returns the eviction watermark after a batch that makes this version. */
    FileVersion watermark(FileVersion made) {
        return evicted.isEmpty() ? watermark : made;
    }
}
