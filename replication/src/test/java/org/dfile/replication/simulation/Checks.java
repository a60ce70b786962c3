package org.dfile.replication.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Outcome;
import org.dfile.model.SessionId;
import org.dfile.model.Stamp;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.SlotMessage;
import org.dfile.model.replica.StateId;
import org.dfile.replication.FileWrite;
import org.dfile.replication.WriteResult;
import org.dfile.replication.batch.FileImage;
import org.dfile.replication.simulation.Violation.Rule;

/** Sees all disks and all messages at once, and what must hold of them. */
final class Checks {

    /** A change that a batch executes, with the outcome that it decided. */
    record Effected(Stamp stamp, Outcome outcome) {}

    private record Planned(StateId before, Batch batch, List<Effected> effected) {}

    private record Numbered(SessionId session, long number) {}

    private record Applied(StateId id, int index, Outcome outcome) {}

    private record Vote(Ballot ballot, StateId id) {}

    private static final class OfFile {
        private final Map<StateId, Planned> planned = new HashMap<>();
        private final Map<StateId, FileImage> chosen = new HashMap<>();
        private final Map<FileVersion, StateId> byVersion = new HashMap<>();
        private final Map<Vote, Set<HostId>> votes = new HashMap<>();
        private final Map<Numbered, Applied> applied = new HashMap<>();
        private StateId head = StateId.NONE;
        private FileVersion seen = FileVersion.NONE;

        OfFile() {
            chosen.put(StateId.NONE, FileImage.NONE);
        }
    }

    private final Simulation world;
    private final Map<FileName, OfFile> files = new TreeMap<>();
    private final Map<Ballot, HostProcess> ballots = new HashMap<>();
    private final Map<HostId, Ballot> spoken = new HashMap<>();

    Checks(Simulation world) {
        this.world = world;
        world.names.forEach(name -> files.put(name, new OfFile()));
    }

    private OfFile file(FileName name) {
        return files.computeIfAbsent(name, any -> new OfFile());
    }

    /** @return whether it holds; it may not only if clients alone are watched */
    private boolean require(boolean holds, Rule rule, String detail) {
        if (!holds && !(world.watchesClientsOnly() && rule.isInside())) {
            throw new Violation(rule, detail);
        }
        return holds;
    }

    // -- ballots and promises (I1, I2)

    void newBallot(Ballot ballot, HostProcess process) {
        require(ballots.putIfAbsent(ballot, process) == null, Rule.BALLOTS, ballot + " was used before");
    }

    void leads(Ballot ballot, HostProcess process) {
        require(process.equals(ballots.get(ballot)), Rule.BALLOTS, ballot + " is of another life");
    }

    void says(SimHost host, SlotMessage message) {
        if (message instanceof SlotMessage.Promise promise) {
            promised(host, promise.ballot());
        } else if (message instanceof SlotMessage.Confirmed confirmed) {
            notAbove(host, confirmed.ballot());
        }
    }

    void says(SimHost host, FileName name, FileMessage message) {
        if (message instanceof FileMessage.Answer answer) {
            promised(host, answer.ballot());
            notAbove(host, answer.ballot());
        } else if (message instanceof FileMessage.Accepted accepted) {
            SimDisk.FileRecord record = host.disk.durable().file(name);
            boolean there = !accepted.id().isAbove(record.holding().committed().id())
                    || record.pending()
                            .filter(pending -> pending.pending().id().equals(accepted.id()))
                            .isPresent();
            require(there, Rule.CHOICE, host.id + " says accepted without having it on disk: " + accepted);
        }
    }

    private void promised(SimHost host, Ballot ballot) {
        Optional<Ballot> durable = host.disk.durable().promised();
        require(
                durable.isPresent() && durable.get().compareTo(ballot) >= 0,
                Rule.PROMISE,
                host.id + " speaks of its promise to " + ballot + ", on disk is " + durable);
        spoken.merge(host.id, ballot, (old, now) -> old.compareTo(now) > 0 ? old : now);
    }

    private void notAbove(SimHost host, Ballot ballot) {
        Optional<Ballot> ordered = host.disk.ordered().promised();
        require(
                ordered.isEmpty() || ordered.get().compareTo(ballot) <= 0,
                Rule.PROMISE,
                host.id + " serves " + ballot + " and has promised " + ordered);
    }

    void afterStep(SimHost host) {
        Ballot said = spoken.get(host.id);
        Optional<Ballot> durable = host.disk.durable().promised();
        require(
                said == null || (durable.isPresent() && durable.get().compareTo(said) >= 0),
                Rule.PROMISE,
                host.id + " promised " + said + ", on disk is " + durable);
    }

    void wiped(HostId host) {
        spoken.remove(host);
    }

    // -- choice (I3, I5, I8, I18)

    void planned(FileName name, StateId before, StateId id, Batch batch, List<Effected> effected) {
        world.counts.add(Counts.Of.BATCHES);
        file(name).planned.put(id, new Planned(before, batch, List.copyOf(effected)));
    }

    /** A write that accepts a batch is on disk, whoever will hear of it. */
    void accepted(SimHost host, FileName name, FileWrite.Accept accept, SimDisk.Ended ended) {
        if (ended.result() instanceof WriteResult.Written) {
            accepted(host.id, name, accept.ballot(), accept.id());
        }
    }

    /** What a crash left counts too. */
    void restarted(SimHost host) {
        for (FileName name : world.names) {
            host.disk
                    .durable()
                    .file(name)
                    .pending()
                    .ifPresent(pending -> accepted(
                            host.id,
                            name,
                            pending.pending().ballot(),
                            pending.pending().id()));
        }
    }

    /** A batch that was taken over under a ballot that is the promise now is accepted in it (I10). */
    void rejoined(SimHost host) {
        for (FileName name : world.names) {
            host.disk
                    .durable()
                    .file(name)
                    .pending()
                    .map(SimDisk.PendingBatch::pending)
                    .ifPresent(pending -> {
                        if (host.disk
                                .durable()
                                .promised()
                                .filter(pending.ballot()::equals)
                                .isPresent()) {
                            accepted(host.id, name, pending.ballot(), pending.id());
                        }
                    });
        }
    }

    private void accepted(HostId host, FileName name, Ballot ballot, StateId id) {
        Set<HostId> voters = file(name).votes.computeIfAbsent(new Vote(ballot, id), any -> new HashSet<>());
        voters.add(host);
        world.trace(() -> host + " has accepted in " + ballot + ": " + id);
        if (voters.size() > world.dangers.hosts() / 2) {
            choose(name, id);
        }
    }

    private void choose(FileName name, StateId id) {
        OfFile file = file(name);
        if (file.chosen.containsKey(id)) {
            return;
        }
        StateId other = file.byVersion.putIfAbsent(id.version(), id);
        Planned planned = file.planned.get(id);
        require(planned != null, Rule.CHOICE, name + ": nobody proposed " + id);
        FileImage before = planned == null ? null : file.chosen.get(planned.before);
        if (planned == null || before == null) {
            require(false, Rule.HISTORY, name + ": " + id + " is built on what was not chosen");
            return;
        }
        boolean sound =
                require(other == null, Rule.CHOICE, name + ": two batches for one version, " + other + " and " + id)
                        && require(
                                planned.before.equals(file.head),
                                Rule.HISTORY,
                                name + ": " + id + " is built on " + planned.before + ", chosen is " + file.head);
        if (!sound) {
            return;
        }
        file.chosen.put(id, before.apply(planned.batch));
        file.head = id;
        world.counts.add(Counts.Of.CHOSEN);
        for (int index = 0; index < planned.effected.size(); index++) {
            apply(name, id, index, planned.effected.get(index));
        }
    }

    private void apply(FileName name, StateId id, int index, Effected effected) {
        Stamp stamp = effected.stamp;
        Applied now = new Applied(id, index, effected.outcome);
        Applied before = file(name).applied.putIfAbsent(new Numbered(stamp.session(), stamp.number()), now);
        require(
                before == null || (before.id.equals(id) && before.outcome.equals(now.outcome)),
                Rule.EXACTLY_ONCE,
                name + ": " + stamp + " took effect by " + before + " and by " + now);
    }

    void toldChosen(FileName name, StateId id) {
        require(file(name).chosen.containsKey(id), Rule.CHOICE, name + ": " + id + " is said to be chosen and is not");
    }

    void holds(SimHost host, FileName name, SimDisk.Holding holding) {
        StateId id = holding.committed().id();
        FileImage image = file(name).chosen.get(id);
        require(image != null, Rule.CHOICE, name + ": " + host.id + " has committed what was not chosen: " + id);
        require(
                image == null || holding.image().equals(image),
                Rule.CONTENT,
                name + ": " + host.id + " holds " + holding.image() + " in place of " + image);
    }

    /** All replicas have the tombstone, and may forget it: to those who ask, there never was such a file (I15). */
    void purged(FileName name) {
        OfFile file = file(name);
        file.head = StateId.NONE;
        file.seen = FileVersion.NONE;
    }

    // -- what clients hear

    /** A client is about to be told how its change was judged. */
    void answered(FileName name, Stamp stamp, Outcome outcome) {
        Applied applied = file(name).applied.get(new Numbered(stamp.session(), stamp.number()));
        require(
                applied != null && applied.outcome.equals(outcome),
                Rule.EXACTLY_ONCE,
                name + ": " + stamp + " is told " + outcome + ", chosen is " + applied);
    }

    void readAnswered(SimHost host, FileName name, SimDisk.Holding holding) {
        holds(host, name, holding);
    }

    /** Returns what a read that begins now must see at least. */
    FileVersion seen(FileName name) {
        return file(name).seen;
    }

    void acknowledged(FileName name, Stamp stamp) {
        Applied applied = file(name).applied.get(new Numbered(stamp.session(), stamp.number()));
        if (applied != null) {
            see(name, applied.id.version());
        }
    }

    /** I7. */
    void read(FileName name, FileVersion atLeast, FileVersion version) {
        require(
                version.compareTo(atLeast) >= 0,
                Rule.READS,
                name + ": a read returned " + version + ", seen before it began was " + atLeast);
        see(name, version);
    }

    private void see(FileName name, FileVersion version) {
        OfFile file = file(name);
        file.seen = file.seen.compareTo(version) >= 0 ? file.seen : version;
    }

    /** Returns where a change stands among all that took effect, or the end of all. */
    long order(FileName name, Stamp stamp) {
        Applied applied = file(name).applied.get(new Numbered(stamp.session(), stamp.number()));
        return applied == null ? Long.MAX_VALUE : order(applied.id.version()) + applied.index;
    }

    /** Returns where a state stands, before all changes that make it. */
    static long order(FileVersion version) {
        return version.generation() * 1_000_000_000L + version.seq() * 1_000L;
    }

    /** Whether a state that was chosen is that of a file that was deleted. */
    boolean isTombstone(FileName name, StateId id) {
        FileImage image = file(name).chosen.get(id);
        return image != null && !id.equals(StateId.NONE) && !image.exists();
    }

    StateId head(FileName name) {
        return file(name).head;
    }
}
