package org.dfile.replication.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.Outcome;
import org.dfile.model.SessionId;
import org.dfile.model.Stamp;
import org.dfile.model.WriteMode;
import org.dfile.replication.history.Call;
import org.dfile.replication.history.Seen;
import org.jspecify.annotations.Nullable;

/**
 * A client: one call after the other, each sent to the next host under the same stamp when nobody answers, and given up at
 * its deadline; then it may take effect at any time, or never. Once faults have stopped it calls each file a last time and
 * waits as long as it takes.
 */
final class SimClient {

    private static final int MAX_OFFSET = 40;
    private static final int CALM_PATIENCE_MICROS = 100_000;
    private static final List<WriteMode> MODES = List.of(WriteMode.values());

    private static final class Open {
        private final long id;
        private final FileName name;
        private final @Nullable Stamp stamp;
        private final @Nullable Change change;
        private final boolean status;
        private final long invoked;
        private final FileVersion atLeast;
        private final long deadline;

        Open(SimClient client, FileName name, @Nullable Change change, boolean status) {
            Simulation world = client.world;
            this.id = world.nextId();
            this.name = name;
            this.change = change;
            this.status = status;
            this.stamp = change == null ? null : client.stamp(name);
            this.invoked = world.nextId();
            this.atLeast = world.checks.seen(name);
            this.deadline = world.agenda.now() + world.dangers.patience() * (2L + world.random.nextInt(8));
        }
    }

    /** A call that is over. */
    private record Ended(FileName name, @Nullable Stamp stamp, Call call) {}

    private final Simulation world;
    private final String name;
    private final int number;
    private final SessionId session;
    private final Random random;
    private final Map<FileName, Long> numbers = new HashMap<>();
    private final Map<FileName, FileVersion> known = new HashMap<>();
    private final List<Ended> ended = new ArrayList<>();
    private final List<FileName> lastCalls = new ArrayList<>();
    private @Nullable Open open;
    private boolean calm;
    private int host;
    private int marks;

    SimClient(Simulation world, int number) {
        this.world = world;
        this.number = number;
        this.name = "c" + number;
        this.session = new SessionId(new UUID(world.random.nextLong(), number));
        this.random = world.random;
        this.host = random.nextInt(world.dangers.hosts());
    }

    String name() {
        return name;
    }

    boolean isIdle() {
        return open == null;
    }

    boolean waitsFor(FileName file) {
        return open != null && open.name.equals(file);
    }

    boolean isFinished() {
        return calm && open == null && lastCalls.isEmpty();
    }

    void think() {
        world.agenda.after(random.nextInt(2 * world.dangers.thinking()), () -> {
            if (open == null) {
                next();
            }
        });
    }

    /** Faults have stopped: ends what is open, then appends to each file and reads it. */
    void calm() {
        calm = true;
        for (FileName file : world.names) {
            lastCalls.add(file);
            lastCalls.add(file);
        }
        if (open != null) {
            attempt(open);
        }
        think();
    }

    /** In a script: calls, by way of a host. */
    void call(int hostNumber, @Nullable Change change) {
        host = hostNumber - 1;
        begin(new Open(this, world.names.get(0), change, false));
    }

    /** In a script: asks another host the same. */
    void askAgain(int hostNumber) {
        host = hostNumber - 1;
        send(Objects.requireNonNull(open));
    }

    /** In a script: waits no longer. */
    void giveUp() {
        giveUp(Objects.requireNonNull(open));
    }

    /** Returns what the last call that was answered was told. */
    @Nullable
    Seen lastSeen() {
        return ended.isEmpty() ? null : ended.get(ended.size() - 1).call.seen().orElse(null);
    }

    private void next() {
        if (calm) {
            if (!lastCalls.isEmpty()) {
                FileName file = lastCalls.get(0);
                if (world.purging.isResting(file)) {
                    think();
                    return;
                }
                boolean appends = lastCalls.lastIndexOf(file) > 0;
                begin(new Open(this, file, appends ? new Change.Append(0, true, bytes()) : null, false));
            }
            return;
        }
        FileName file = world.names.get(random.nextInt(world.names.size()));
        if (world.purging.isResting(file)) {
            think();
        } else if (world.mayCall()) {
            int dice = random.nextInt(100);
            begin(new Open(this, file, dice < 35 ? null : change(file, dice), dice < 7));
        }
    }

    private Change change(FileName file, int dice) {
        long generation = random.nextInt(6) == 0 ? known(file).generation() : Change.ANY_GENERATION;
        if (dice < 65) {
            return new Change.Append(generation, random.nextBoolean(), bytes());
        }
        if (dice < 76) {
            return new Change.Write(generation, random.nextInt(MAX_OFFSET), bytes());
        }
        if (dice < 82) {
            return new Change.Truncate(generation, random.nextInt(MAX_OFFSET));
        }
        if (dice < 89) {
            return new Change.Replace(MODES.get(random.nextInt(MODES.size())), bytes());
        }
        return dice < 95
                ? new Change.Create(random.nextBoolean(), random.nextBoolean())
                : new Change.Delete(generation);
    }

    private Bytes bytes() {
        String mark = "<" + number + "." + ++marks + ">";
        return Bytes.of(mark.getBytes(StandardCharsets.US_ASCII));
    }

    /** Whatever was given up before is closed (I8). */
    private Stamp stamp(FileName file) {
        long next = numbers.merge(file, 1L, Long::sum);
        return new Stamp(session, next, next, known(file));
    }

    private void begin(Open call) {
        open = call;
        attempt(call);
        if (!world.leadsByScript() && random.nextInt(12) == 0) {
            host = random.nextInt(world.dangers.hosts());
            send(call); // impatient: both may be executed
        }
    }

    private void attempt(Open call) {
        send(call);
        int patience = calm ? Math.min(CALM_PATIENCE_MICROS, world.dangers.patience()) : world.dangers.patience();
        world.agenda.after(patience / 2 + random.nextInt(patience), () -> {
            if (open == call) {
                host = (host + 1) % world.dangers.hosts();
                if (!calm && world.agenda.now() > call.deadline) {
                    giveUp(call);
                } else {
                    attempt(call);
                }
            }
        });
    }

    private void send(Open call) {
        boolean staged = call.id % 2 == 0;
        world.network.send(
                name,
                world.hosts.get(host).id.text(),
                new Packet.Request(name, call.id, call.name, call.stamp, call.change, staged, 0));
    }

    // -- answers

    void on(Packet packet) {
        Open call = open;
        if (call == null) {
            return;
        }
        if (packet instanceof Packet.Judged judged && judged.call() == call.id) {
            end(call, seen(call, judged.outcome()));
        } else if (packet instanceof Packet.Read read && read.call() == call.id) {
            read(call, read);
        } else if (packet instanceof Packet.Declined declined
                && declined.call() == call.id
                && declined.version().isPresent()) {
            learn(call.name, declined.version().get());
            giveUp(call);
        }
    }

    private void read(Open call, Packet.Read read) {
        FileVersion version = read.image().version();
        world.checks.read(call.name, call.atLeast, version);
        learn(call.name, version);
        world.counts.add(Counts.Of.READS);
        if (!read.image().exists()) {
            end(call, new Seen.Absent());
            return;
        }
        Bytes content = Bytes.of(read.image().content());
        end(
                call,
                call.status
                        ? new Seen.Status(version.generation(), content.byteCount())
                        : new Seen.Content(version.generation(), content));
    }

    private Seen seen(Open call, Outcome outcome) {
        world.checks.acknowledged(call.name, Objects.requireNonNull(call.stamp));
        world.counts.add(Counts.Of.ACKNOWLEDGED);
        if (outcome instanceof Outcome.Done done) {
            var receipt = done.receipt();
            learn(call.name, receipt.version());
            return new Seen.Done(
                    receipt.version().generation(), receipt.offset(), receipt.byteCount(), receipt.length());
        }
        Failure.Judged failure = ((Outcome.Refused) outcome).failure();
        if (failure instanceof Failure.NoSuchFile) {
            return new Seen.NoSuchFile();
        }
        if (failure instanceof Failure.FileExists) {
            return new Seen.FileExists();
        }
        if (failure instanceof Failure.Replaced replaced) {
            return new Seen.Replaced(replaced.generation());
        }
        throw new AssertionError("a failure that nothing here causes: " + failure);
    }

    private void end(Open call, Seen seen) {
        if (!lastCalls.isEmpty() && calm) {
            lastCalls.remove(call.name);
        }
        note(call, Optional.of(seen));
        think();
    }

    private void giveUp(Open call) {
        note(call, Optional.empty());
        think();
    }

    private void note(Open call, Optional<Seen> seen) {
        open = null;
        world.counts.add(Counts.Of.CALLS);
        if (seen.isEmpty()) {
            world.counts.add(Counts.Of.UNKNOWN);
        }
        if (seen.isPresent() || call.change != null) {
            long returned = seen.isPresent() ? world.nextId() : Call.NEVER;
            long hint = call.change == null ? readHint(call) : 0;
            ended.add(new Ended(
                    call.name,
                    call.stamp,
                    new Call(
                            number,
                            call.stamp == null ? 0 : call.stamp.number(),
                            Optional.ofNullable(call.change),
                            call.invoked,
                            returned,
                            seen,
                            hint)));
        }
    }

    private long readHint(Open call) {
        return Checks.order(known(call.name)) + 999;
    }

    private FileVersion known(FileName file) {
        return known.getOrDefault(file, FileVersion.NONE);
    }

    private void learn(FileName file, FileVersion version) {
        known.merge(file, version, (old, now) -> old.compareTo(now) >= 0 ? old : now);
    }

    /** Returns all its calls on a file, with what is known in the end of their order. */
    List<Call> history(FileName file) {
        List<Call> calls = new ArrayList<>();
        for (Ended one : ended) {
            if (one.name.equals(file)) {
                Call call = one.call;
                long hint = one.stamp == null ? call.hint() : world.checks.order(file, one.stamp);
                calls.add(new Call(
                        call.session(),
                        call.number(),
                        call.change(),
                        call.invoked(),
                        call.returned(),
                        call.seen(),
                        hint));
            }
        }
        return calls;
    }
}
