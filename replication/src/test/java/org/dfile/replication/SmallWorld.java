package org.dfile.replication;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.SlotMessage;
import org.dfile.model.replica.StateId;
import org.jspecify.annotations.Nullable;

/**
 * Three hosts with one file, two clients and a reader, as small as it can be and still go wrong: the search visits every
 * state that the budgets allow. Messages are a set: any of them may come next, so they are delayed and reordered; each may
 * be lost or repeated as far as the budget goes.
 */
final class SmallWorld {

    /** What may still happen from outside. */
    record Budget(int leads, int crashes, int losses, int duplicates, int reads) {

        Budget withLeads(int left) {
            return new Budget(left, crashes, losses, duplicates, reads);
        }

        Budget withCrashes(int left) {
            return new Budget(leads, left, losses, duplicates, reads);
        }

        Budget withLosses(int left) {
            return new Budget(leads, crashes, left, duplicates, reads);
        }

        Budget withDuplicates(int left) {
            return new Budget(leads, crashes, losses, left, reads);
        }

        Budget withReads(int left) {
            return new Budget(leads, crashes, losses, duplicates, left);
        }
    }

    /** A message on its way. */
    private record Envelope(HostId to, HostId from, Object message) {}

    /** A state or batch that is fetched; the other side looks at the moment when this is delivered. */
    private record Fetch(StateId id, boolean state) {}

    static final FileName NAME = FileName.of("f");
    static final List<HostId> HOSTS = List.of(new HostId("a"), new HostId("b"), new HostId("c"));

    private final Map<HostId, SmallHost> hosts = new HashMap<>();
    private final Set<Envelope> network;
    private Budget budget;
    private boolean crashing;
    private final SmallHistory history;

    /**
     * A world before anything has happened.
     *
     * @param wanted operations that clients ask of the first and of the second host, one letter each; the same letter at
     *     both is one request that was sent again
     */
    SmallWorld(List<String> wanted, Budget budget, int majority) {
        this.budget = budget;
        this.network = new HashSet<>();
        this.history = new SmallHistory();
        HOSTS.forEach(host -> hosts.put(host, new SmallHost(host, majority)));
        for (int i = 0; i < wanted.size(); i++) {
            for (char operation : wanted.get(i).toCharArray()) {
                host(HOSTS.get(i)).wants.add(operation);
            }
        }
    }

    private SmallWorld(SmallWorld other) {
        budget = other.budget;
        network = new HashSet<>(other.network);
        history = other.history.copy();
        hosts.putAll(other.hosts); // copied when they change
    }

    /** Gives all worlds that are one step away. A violation is thrown. */
    void steps(Consumer<SmallWorld> next) {
        for (Envelope envelope : network) {
            step(next, world -> {
                world.network.remove(envelope);
                world.deliver(envelope);
            });
            if (budget.crashes > 0) {
                step(next, world -> world.crashDelivering(envelope));
            }
            if (budget.losses > 0) {
                step(next, world -> {
                    world.network.remove(envelope);
                    world.budget = world.budget.withLosses(budget.losses - 1);
                });
            }
            if (budget.duplicates > 0) {
                step(next, world -> {
                    world.budget = world.budget.withDuplicates(budget.duplicates - 1);
                    world.deliver(envelope);
                });
            }
        }
        for (HostId id : HOSTS) {
            stepsOf(id, next);
        }
    }

    private void stepsOf(HostId id, Consumer<SmallWorld> next) {
        SmallHost host = host(id);
        if (budget.crashes > 0) {
            step(next, world -> world.crash(id));
        }
        if (budget.leads > 0 && host.mayLead() && !id.equals(HOSTS.get(2))) {
            step(next, world -> {
                world.budget = world.budget.withLeads(budget.leads - 1);
                world.run(id, SmallHost::lead);
            });
        }
        if (budget.reads > 0 && host.file.coordinates().isPresent()) {
            step(next, world -> {
                world.budget = world.budget.withReads(budget.reads - 1);
                world.history.readArrived();
                world.run(id, SmallHost::read);
            });
        }
    }

    /** The host crashes while it writes what comes of a message. Nothing new if it writes nothing. */
    private void crashDelivering(Envelope envelope) {
        network.remove(envelope);
        crashing = true;
        deliver(envelope);
        crashing = false;
    }

    private void step(Consumer<SmallWorld> next, Consumer<SmallWorld> change) {
        SmallWorld world = new SmallWorld(this);
        change.accept(world);
        next.accept(world);
    }

    private SmallHost host(HostId id) {
        return Objects.requireNonNull(hosts.get(id));
    }

    private SmallHost changing(HostId id) {
        SmallHost copy = host(id).copy();
        hosts.put(id, copy);
        return copy;
    }

    private void deliver(Envelope envelope) {
        if (envelope.message instanceof Fetch fetch) {
            SmallHost holder = host(envelope.from);
            run(envelope.to, host -> host.fetched(fetch.id, fetch.state, holder));
        } else {
            run(envelope.to, host -> host.on(envelope.from, envelope.message));
        }
    }

    private void crash(HostId id) {
        budget = budget.withCrashes(budget.crashes - 1);
        changing(id).crash();
        network.removeIf(envelope -> isIgnored(envelope));
    }

    /** Runs an input of a host, then does what comes of it. What it writes is on its disk at once, or lost in a crash. */
    private void run(HostId id, Consumer<SmallHost> input) {
        SmallHost host = changing(id);
        input.accept(host);
        while (!host.out.isEmpty() || !host.disk.isIdle()) {
            if (host.out.isEmpty()) {
                if (crashing) {
                    crash(id);
                    return;
                }
                host.sync();
            } else {
                perform(host, host.out.remove(0));
            }
        }
        network.removeIf(envelope -> isIgnored(envelope));
    }

    /** What a host that does not lead in a ballot hears of that ballot has no effect, now or ever (I1). */
    private boolean isIgnored(Envelope envelope) {
        SmallHost to = host(envelope.to);
        if (envelope.message instanceof FileMessage.ToCoordinator message) {
            return message instanceof FileMessage.Refused || !to.file.awaits(message);
        }
        if (envelope.message instanceof SlotMessage.Promise promise) {
            return to.slot.leads().equals(Optional.of(promise.ballot()));
        }
        if (envelope.message instanceof FileMessage.Accept accept) {
            return to.disk.view().forbids(accept.ballot());
        }
        if (envelope.message instanceof FileMessage.Query query) {
            return to.disk.view().forbids(query.ballot());
        }
        if (envelope.message instanceof SlotMessage.Confirmed confirmed) {
            return !to.slot.leads().equals(Optional.of(confirmed.ballot()));
        }
        return false;
    }

    private void perform(SmallHost host, Object effect) {
        if (effect instanceof Effect.Send send) {
            network.add(new Envelope(send.to(), host.id, send.message()));
        } else if (effect instanceof SlotEffect.Send send) {
            network.add(new Envelope(send.to(), host.id, send.message()));
        } else if (effect instanceof SlotEffect.Ask ask) {
            ask.others().forEach(other -> network.add(new Envelope(other, host.id, ask.message())));
        } else if (effect instanceof Effect.FetchState fetch) {
            network.add(new Envelope(host.id, fetch.from(), new Fetch(fetch.id(), true)));
        } else if (effect instanceof Effect.FetchBatch fetch) {
            network.add(new Envelope(host.id, fetch.from(), new Fetch(fetch.id(), false)));
        } else if (effect instanceof Effect.Chosen chosen) {
            history.chosen(chosen.id());
        } else if (effect instanceof Effect.Answerable) {
            history.readAnswered(host.file.committed().id());
        } else if (effect instanceof Effect.Diverged diverged) {
            throw new Violation("I18: " + diverged);
        } else {
            host.perform(effect);
        }
    }

    /** Gives all that makes up the world, in a fixed order. */
    void describe(Consumer<@Nullable Object> sink) {
        sink.accept(budget);
        sink.accept(network);
        HOSTS.forEach(id -> sink.accept(host(id).key()));
        history.describe(sink);
    }

    /** A rule that was broken. */
    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1;

        Violation(String message) {
            super(message);
        }
    }
}
