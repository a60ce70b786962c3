package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.Receipt;
import org.dfile.model.SessionId;
import org.dfile.model.StageId;
import org.dfile.model.Stamp;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.WireMessage;
import org.junit.jupiter.api.Test;

/**
 * Several clients append to one file over a network that loses, delays and reorders (and doubles replies), to a host
 * that refuses, restarts, forgets sessions, loses staged bytes, and says that its disk failed; or to three hosts with
 * one state, one after the other. Virtual time; one seed, one run ({@code -Ddfile.seed=N} replays it).
 */
class ExactlyOnceSimulationTest {

    private static final int RUNS = 1_000;
    private static final int CLIENTS = 3;
    private static final int CHANGES = 150;
    private static final long MILLI = 1_000_000;
    private static final long DEADLINE = 4_000 * MILLI;
    private static final long TICK = 5 * MILLI;
    private static final long LONGEST_RENEWAL = 3_000 * MILLI;
    private static final FileName NAME = FileName.of("file");

    private static final Set<Verdict> DEFINITE =
            Set.of(Verdict.REFUSED, Verdict.LATER, Verdict.ELSEWHERE, Verdict.ONLY_ELSEWHERE);

    private record Event(long time, long order, Runnable action) {}

    private record Ended(long time, Object how) {}

    /** One run. */
    private static final class World {
        final Random random;
        final PriorityQueue<Event> events =
                new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::order));
        final FakeNode node;
        final double loss;
        final List<Runnable> waiting = new ArrayList<>();
        final int hosts;
        final long[] downUntil;
        long now;
        long lastOrder;

        World(long seed) {
            random = new Random(seed);
            node = new FakeNode(new HostId("h"), 1 + random.nextInt(2 * CLIENTS));
            loss = random.nextDouble() * (chance(0.3) ? 0.3 : 0.03);
            hosts = chance(0.5) ? 1 : 3;
            downUntil = new long[hosts];
        }

        void at(long time, Runnable action) {
            events.add(new Event(time, ++lastOrder, action));
        }

        boolean chance(double p) {
            return random.nextDouble() < p;
        }

        long delay() {
            return (1 + random.nextInt(chance(0.05) ? 300 : 10)) * MILLI;
        }

        void run() {
            for (Event next = events.poll(); next != null; next = events.poll()) {
                now = next.time();
                next.action().run();
            }
        }

        /** The host gets a call: it may be down, or refuse before it looks. */
        void arrive(int host, long id, Call.Apply call, Client from, PendingChange change) {
            if (now < downUntil[host]) {
                return;
            }
            if (chance(0.0005)) {
                restart(host);
                return;
            }
            if (chance(0.0005)) { // what the disk did nobody knows
                if (chance(0.5)) {
                    node.answer(id, call);
                }
                restart(host);
                reply(new FileReply.Failed(id, new Failure.StorageFailed(node.id(), "EIO")), id, from, change);
                return;
            }
            if (chance(0.03)) {
                reply(new FileReply.Failed(id, refusal()), id, from, change);
            } else {
                serve(id, call, from, change, true);
            }
        }

        private void restart(int host) {
            if (hosts == 1) {
                node.restart();
            }
            waiting.clear();
            downUntil[host] = now + (100 + random.nextInt(1_000)) * MILLI;
        }

        /** What comes too early waits at the host for what is missing, but not for ever. */
        void serve(long id, Call.Apply call, Client from, PendingChange change, boolean mayWait) {
            int executed = node.history.size();
            WireMessage reply = node.answer(id, call);
            boolean early = reply instanceof FileReply.Failed failed && failed.failure() instanceof Failure.OutOfOrder;
            if (early && mayWait) {
                early(id, call, from, change);
            } else {
                reply(reply, id, from, change);
            }
            if (node.history.size() > executed) {
                List<Runnable> again = List.copyOf(waiting);
                waiting.clear();
                again.forEach(Runnable::run);
            }
        }

        private void early(long id, Call.Apply call, Client from, PendingChange change) {
            Runnable again = () -> serve(id, call, from, change, true);
            waiting.add(again);
            at(now + 30 * MILLI, () -> {
                if (waiting.remove(again)) {
                    serve(id, call, from, change, false);
                }
            });
        }

        private void reply(WireMessage reply, long id, Client to, PendingChange change) {
            for (int copies = chance(loss) ? 0 : chance(0.05) ? 2 : 1; copies > 0; copies--) {
                at(now + delay(), () -> to.line.onReply(change, id, (FileReply) reply, now));
            }
        }

        private Failure refusal() {
            return switch (random.nextInt(10)) {
                case 0 -> new Failure.ShuttingDown(node.id());
                case 1 -> new Failure.NotCoordinator(NAME, node.id());
                case 2 -> new Failure.StageLost(NAME, new StageId(new UUID(1, 1)));
                case 3, 4 -> new Failure.VolumeFull(node.id(), 1, 0);
                default -> new Failure.Busy("test", 1);
            };
        }
    }

    /** A client that appends numbered bytes. */
    private static final class Client implements ChangeLine.Effects {
        final World world;
        final int number;
        final ChangeLine line;
        final List<PendingChange> submitted = new ArrayList<>();
        final Map<PendingChange, Ended> ended = new HashMap<>();
        static long lastId;
        int host;
        int renewals;

        Client(World world, int number) {
            this.world = world;
            this.number = number;
            this.line = new ChangeLine(
                    () -> new SessionId(new UUID(world.random.nextLong(), world.random.nextLong())),
                    new Backoff(
                            50 * MILLI, 400 * MILLI, 5 * MILLI, wait -> wait / 2 + world.random.nextInt((int) wait)),
                    this);
        }

        void start() {
            long time = 0;
            for (int i = 0; i < CHANGES; i++) {
                time += world.chance(0.7) ? 0 : world.random.nextInt(100) * MILLI;
                String text = number + ":" + i + ";";
                world.at(time, () -> submit(text));
            }
            for (long tick = 0; tick <= time + 4 * DEADLINE; tick += TICK) {
                world.at(tick, () -> line.onTick(world.now));
            }
        }

        private void submit(String text) {
            Change change =
                    new Change.Append(0, true, Bytes.of(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            PendingChange pending = new PendingChange(change, world.now + DEADLINE, CompletableFuture::new);
            submitted.add(pending);
            line.submit(pending, world.now);
        }

        @Override
        public long send(PendingChange change, Stamp stamp) {
            long id = ++lastId;
            Call.Apply call = new Call.Apply(NAME, stamp, change.change);
            if (!world.chance(world.loss)) { // at most once: the transport doubles nothing, the client's retries do
                int to = host;
                world.at(world.now + world.delay(), () -> world.arrive(to, id, call, this, change));
            }
            return id;
        }

        @Override
        public int hosts() {
            return world.hosts;
        }

        @Override
        public void elsewhere(PendingChange change, boolean silent) {
            host = world.random.nextInt(world.hosts);
        }

        /** Another one of the same effect, or none. */
        @Override
        public void renew(PendingChange change) {
            renewals++;
            Change.Append append = (Change.Append) change.change;
            Change anew = new Change.Append(append.generation(), append.create(), append.bytes());
            boolean fails = world.chance(0.1);
            world.at(world.now + 10 * world.delay(), () -> {
                if (fails) {
                    line.notRenewed(change, new Failure.ShuttingDown(world.node.id()), world.now);
                } else {
                    line.renewed(change, anew, world.now + DEADLINE, world.now);
                }
            });
        }

        @Override
        public void done(PendingChange change, Receipt receipt) {
            end(change, receipt);
        }

        @Override
        public void failed(PendingChange change, Failure failure) {
            end(change, failure);
        }

        @Override
        public void timedOut(PendingChange change) {
            end(change, "unknown");
        }

        private void end(PendingChange change, Object how) {
            assertThat(ended.put(change, new Ended(world.now, how))).isNull();
        }
    }

    @Test
    void appends_overABadNetwork_takeEffectOnceAndInOrder() {
        Long replay = Long.getLong("dfile.seed");
        Random seeds = new Random();
        int acknowledged = 0;
        int unknown = 0;
        int refused = 0;
        int renewed = 0;
        for (int run = 0; run < (replay == null ? RUNS : 1); run++) {
            long seed = replay == null ? seeds.nextLong() : replay;
            World world = new World(seed);
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Client(world, i));
            }
            clients.forEach(Client::start);
            try {
                world.run();
                for (Client client : clients) {
                    check(world, client);
                    renewed += client.renewals;
                    for (Ended end : client.ended.values()) {
                        acknowledged += end.how() instanceof Receipt ? 1 : 0;
                        refused += isDefinite(end.how()) ? 1 : 0;
                        unknown += end.how() instanceof Receipt || isDefinite(end.how()) ? 0 : 1;
                    }
                }
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        System.out.println("acknowledged " + acknowledged + ", unknown " + unknown + ", refused " + refused
                + ", made anew " + renewed);
        if (replay == null) {
            assertThat(acknowledged).isGreaterThan(RUNS * CHANGES);
            assertThat(unknown).isPositive();
            assertThat(refused).isPositive();
            assertThat(renewed).isPositive();
        }
    }

    private static boolean isDefinite(Object how) {
        return how instanceof Failure failure && DEFINITE.contains(Verdict.of(failure));
    }

    private static void check(World world, Client client) {
        assertThat(client.line.isIdle()).isTrue();
        assertThat(client.ended).hasSize(CHANGES);
        Map<Change, Integer> times = new HashMap<>();
        List<Change> executed = new ArrayList<>();
        for (FakeNode.Executed one : world.node.history) {
            times.merge(one.change(), 1, Integer::sum);
            executed.add(one.change());
        }
        String content = new String(world.node.content("file"), java.nio.charset.StandardCharsets.UTF_8);
        int lastPlace = -1;
        for (PendingChange change : client.submitted) {
            Ended end = Objects.requireNonNull(client.ended.get(change));
            long patience =
                    change.renewals == 0 ? TICK : TICK + LONGEST_RENEWAL; // no deadline runs while it is made anew
            assertThat(end.time()).as("deadline").isLessThanOrEqualTo(change.deadline + patience);
            int count = times.getOrDefault(change.change, 0);
            if (end.how() instanceof Receipt receipt) {
                String text = java.nio.charset.StandardCharsets.UTF_8
                        .decode(change.change.bytes().buffer())
                        .toString();
                assertThat(content.indexOf(text, (int) receipt.offset())).isEqualTo((int) receipt.offset());
                assertThat(count).as("acknowledged").isEqualTo(1);
            } else {
                assertThat(count).as("%s", end.how()).isLessThanOrEqualTo(isDefinite(end.how()) ? 0 : 1);
            }
            if (count > 0) {
                int place = executed.indexOf(change.change);
                assertThat(place).as("order").isGreaterThan(lastPlace);
                lastPlace = place;
            }
        }
    }
}
