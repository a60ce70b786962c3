package org.dfile.replication.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.dfile.model.Batch;
import org.dfile.model.Failure;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Outcome;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.StateId;
import org.dfile.replication.Effect;
import org.dfile.replication.batch.BatchLimits;
import org.dfile.replication.batch.BatchPlanner;
import org.dfile.replication.batch.Plan;
import org.dfile.replication.batch.Proposal;
import org.dfile.replication.batch.StagedPiece;
import org.dfile.replication.batch.Verdict;
import org.jspecify.annotations.Nullable;

/** The changes that wait for a file on one host, and the one batch of them that is under way. */
final class Changes {

    private static final int MAX_CHANGES = 8;
    private static final int MAX_BYTES = 100;
    private static final int WAIT_MICROS = 400_000;

    private record Waiting(Packet.Request request, long since) {}

    private final HostProcess process;
    private final SimFile file;
    private final BatchPlanner planner;
    private final int clockSkewMillis;
    private final List<Waiting> waiting = new ArrayList<>();
    private final Map<Packet.Request, Outcome> inFlight = new LinkedHashMap<>();
    private final List<Waiting> proposed = new ArrayList<>();
    private @Nullable StateId proposal;
    private Effect.@Nullable Ready ready;

    Changes(HostProcess process, SimFile file) {
        this.process = process;
        this.file = file;
        this.planner = new BatchPlanner(
                file.name(),
                new BatchLimits(MAX_CHANGES, MAX_BYTES, MAX_BYTES, process.world.dangers.sessions()),
                process.replicas.majority());
        this.clockSkewMillis = process.world.random.nextInt(10_000_000);
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    boolean isEmpty() {
        return waiting.isEmpty() && proposed.isEmpty() && inFlight.isEmpty();
    }

    long waitsSince() {
        return waiting.stream().mapToLong(Waiting::since).min().orElse(Long.MAX_VALUE);
    }

    void add(Packet.Request request) {
        waiting.add(new Waiting(request, process.world.agenda.now()));
        if (ready != null) {
            process.work(this::plan);
        }
    }

    void ready(Effect.Ready now) {
        if (file.core().coordinates().filter(now.ballot()::equals).isPresent()) {
            ready = now;
            plan();
        }
    }

    /** Who waits for a batch that this host proposed is judged again: by then it may have been executed, or not (I8). */
    void resign() {
        ready = null;
        proposal = null;
        waiting.addAll(0, proposed);
        proposed.clear();
        inFlight.clear();
    }

    boolean isOwn(StateId id) {
        return id.equals(proposal);
    }

    void chosen(StateId id) {
        if (id.equals(proposal)) {
            inFlight.forEach((request, outcome) -> judged(request, outcome));
            proposal = null;
            proposed.clear();
            inFlight.clear();
        }
    }

    private void judged(Packet.Request request, Outcome outcome) {
        process.world.checks.answered(file.name(), Objects.requireNonNull(request.stamp()), outcome);
        process.reply(request.client(), new Packet.Judged(request.call(), outcome));
    }

    /** Makes a batch of what waits (I3: one at a time). */
    private void plan() {
        Effect.Ready base = ready;
        if (base == null || waiting.isEmpty()) {
            return;
        }
        if (!file.core().committed().id().equals(base.base().id())) {
            ready = null; // others have gone on; if this host still leads it will be ready again
            return;
        }
        List<Waiting> candidates = List.copyOf(waiting);
        Instant time = Instant.ofEpochMilli(process.world.agenda.now() / 1_000 + clockSkewMillis);
        Plan plan = planner.plan(
                file.image().state(),
                candidates.stream().map(one -> proposal(one.request)).toList(),
                time,
                base.floor());
        waiting.clear();
        for (int i = 0; i < candidates.size(); i++) {
            take(candidates.get(i), plan.verdicts().get(i));
        }
        plan.batch().ifPresent(batch -> propose(base, batch));
    }

    private void take(Waiting one, Verdict verdict) {
        if (verdict instanceof Verdict.Executes executes) {
            proposed.add(one);
            inFlight.put(one.request, executes.outcome());
        } else if (verdict instanceof Verdict.Remembered remembered) {
            process.world.counts.add(Counts.Of.REMEMBERED);
            judged(one.request, remembered.outcome());
        } else if (verdict instanceof Verdict.Refused refused) {
            refuse(one.request, refused.failure());
        } else {
            waiting.add(one);
        }
    }

    private void refuse(Packet.Request request, Failure failure) {
        Optional<FileVersion> version =
                failure instanceof Failure.SessionLost lost ? Optional.of(lost.version()) : Optional.empty();
        if (version.isPresent()) {
            process.world.counts.add(Counts.Of.SESSIONS_LOST);
        }
        process.reply(request.client(), new Packet.Declined(request.call(), version));
    }

    private void propose(Effect.Ready base, Batch planned) {
        Batch batch = process.world.isBroken(Breakage.SESSIONS_NOT_REPLICATED) ? forgetful(planned) : planned;
        StateId id = new StateId(batch.version(), batch.hash());
        process.world.checks.planned(
                file.name(),
                base.base().id(),
                id,
                batch,
                inFlight.entrySet().stream()
                        .map(entry -> new Checks.Effected(
                                Objects.requireNonNull(entry.getKey().stamp()), entry.getValue()))
                        .toList());
        ready = null;
        proposal = id;
        file.propose(base.base().id(), id, batch);
    }

    private static Batch forgetful(Batch batch) {
        return new Batch(
                batch.version(),
                batch.hash(),
                batch.time(),
                batch.operations(),
                List.of(),
                batch.evicted(),
                batch.watermark());
    }

    private static Proposal proposal(Packet.Request request) {
        var change = Objects.requireNonNull(request.change());
        List<StagedBytes> staged = request.staged() && change.bytes().byteCount() > 0
                ? List.of(new StagedPiece(change.bytes()))
                : List.of();
        return new Proposal(Objects.requireNonNull(request.stamp()), change, staged);
    }

    /** Hands on all that waits to whom it takes for the coordinator. */
    void forwardAll() {
        HostId hint = process.leadership.hint();
        Optional<HostId> there = hint.equals(process.id()) ? Optional.empty() : Optional.of(hint);
        there.ifPresent(host -> waiting.removeIf(one -> {
            boolean goes = one.request.hops() < 2;
            if (goes) {
                process.send(host, one.request.forwarded());
            }
            return goes;
        }));
    }

    /** Nobody waits for ever: the client has asked elsewhere by then. */
    void expire() {
        long oldest = process.world.agenda.now() - WAIT_MICROS;
        waiting.removeIf(one -> one.since < oldest);
    }
}
