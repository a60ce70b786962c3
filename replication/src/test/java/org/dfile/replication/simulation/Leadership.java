package org.dfile.replication.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.dfile.model.HostId;

/**
 * Whom a host takes for the coordinator: hints from heartbeats, for liveness only. The one that leads stays it as long as it
 * is heard; else the first in order that is.
 */
final class Leadership {

    private static final int HEARTBEAT_MICROS = 15_000;
    private static final int SUSPICION_MICROS = 90_000;
    private static final int BACK_OFF_MICROS = 40_000;
    private static final int ATTEMPT_MICROS = 150_000;
    private static final int IMPATIENCE_MICROS = 250_000;

    private final HostProcess process;
    private final Map<HostId, Long> lastHeard = new HashMap<>();
    private final Set<HostId> notVoting = new HashSet<>();
    private boolean planned;
    private long attemptEnds;

    Leadership(HostProcess process) {
        this.process = process;
        long now = process.world.agenda.now();
        process.replicas.others().forEach(other -> lastHeard.put(other, now));
    }

    void start() {
        process.replicas.others().forEach(other -> process.send(other, new Packet.Heartbeat(process.host.mayLead())));
        process.in(HEARTBEAT_MICROS / 2 + process.world.random.nextInt(HEARTBEAT_MICROS), this::start);
    }

    void heard(String from, Packet.Heartbeat heartbeat) {
        HostId host = new HostId(from);
        lastHeard.put(host, process.world.agenda.now());
        if (heartbeat.votes()) {
            notVoting.remove(host);
        } else {
            notVoting.add(host);
        }
    }

    private boolean isTrusted(HostId host) {
        if (host.equals(process.id())) {
            return process.host.mayLead();
        }
        long silent = process.world.agenda.now() - lastHeard.getOrDefault(host, 0L);
        return silent < SUSPICION_MICROS && !notVoting.contains(host);
    }

    /** Returns who should coordinate, as far as this host can tell. */
    HostId hint() {
        HostId promisedTo =
                process.slotView().ordered().map(ballot -> ballot.host()).orElse(process.id());
        if (isTrusted(promisedTo)) {
            return promisedTo;
        }
        return process.replicas.hosts().stream()
                .filter(this::isTrusted)
                .findFirst()
                .orElse(process.id());
    }

    boolean isLed() {
        return process.slot.leads().isPresent();
    }

    /** Who has no room leaves it to another one. */
    private void handOver() {
        if (isLed()
                && !process.host.mayLead()
                && process.replicas.others().stream().anyMatch(this::isTrusted)) {
            process.slot.resign();
            process.files().forEach(SimFile::resign);
        }
    }

    /** Leads, or hands on what waits, if there is anything to do. */
    void consider() {
        handOver();
        if (process.world.leadsByScript()) {
            return;
        }
        boolean work = process.world.isCalm(); // then repair has something to compare
        for (SimFile file : process.files()) {
            work |= file.hasWork();
        }
        if (!work || isLed() || attemptEnds > process.world.agenda.now()) {
            return;
        }
        if (hint().equals(process.id()) || isImpatient()) {
            leadSoon();
        } else {
            process.files().forEach(SimFile::forwardAll);
        }
    }

    /** Whether somebody waits for so long that hints must be wrong: two hosts may each take the other for the leader. */
    private boolean isImpatient() {
        long oldest = process.world.agenda.now() - IMPATIENCE_MICROS;
        for (SimFile file : process.files()) {
            if (file.waitsSince() < oldest) {
                return process.host.votes();
            }
        }
        return false;
    }

    /** Leads after a random back-off, unless somebody else does by then. */
    void leadSoon() {
        if (planned) {
            return;
        }
        planned = true;
        process.in(process.world.random.nextInt(BACK_OFF_MICROS), () -> {
            planned = false;
            if (!isLed() && (hint().equals(process.id()) || isImpatient())) {
                leadNow();
            }
        });
    }

    /** Leads in a new ballot, whoever else may lead. */
    void leadNow() {
        attemptEnds = process.world.agenda.now() + ATTEMPT_MICROS + process.world.random.nextInt(ATTEMPT_MICROS);
        process.lead();
    }

    void leads() {
        attemptEnds = 0;
        process.world.counts.add(Counts.Of.TAKE_OVERS);
    }

    void deposed() {
        attemptEnds = process.world.agenda.now() + process.world.random.nextInt(BACK_OFF_MICROS);
    }
}
