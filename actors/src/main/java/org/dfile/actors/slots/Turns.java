package org.dfile.actors.slots;

import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.dfile.actors.FileServerMessage;
import org.dfile.model.Slot;
import org.dfile.protocol.NodeState;
import org.dfile.protocol.ReplicationReport;
import org.dfile.protocol.peer.SlotPeerMessage.Heartbeat;

/**
 * What the slots of a host tell to others, to open files and to whoever asks, of who leads what: gathered in a turn of the
 * mailbox, told at its end. Of the actor's thread.
 */
final class Turns {

    /** What changes leaders of many slots, one after the other, is told in few heartbeats; milliseconds. */
    private static final long LEAST_BETWEEN_BEATS = 20;

    private final SlotsNode node;
    private final List<KeptSlot> kept;
    private final SlotCores cores;
    private final Leadership leadership;
    private final PublishedRoles roles;
    private final Outbox outbox;
    private final Consumer<FileServerMessage> files;
    private final Supplier<ReplicationReport> report;
    private final LongSupplier millis;
    private final Set<Slot> changedRoles = new LinkedHashSet<>();
    private boolean beatSoon;
    private long lastBeat;

    Turns(
            SlotsNode node,
            SlotCores cores,
            Leadership leadership,
            PublishedRoles roles,
            Outbox outbox,
            Consumer<FileServerMessage> files,
            Supplier<ReplicationReport> report,
            LongSupplier millis) {
        this.node = node;
        this.kept = cores.all();
        this.cores = cores;
        this.leadership = leadership;
        this.roles = roles;
        this.outbox = outbox;
        this.files = files;
        this.report = report;
        this.millis = millis;
        this.lastBeat = millis.getAsLong() - LEAST_BETWEEN_BEATS;
    }

    /** Others should hear soon how this host is. */
    void beatSoon() {
        beatSoon = true;
    }

    void publishAll() {
        kept.forEach(this::publish);
    }

    /** @param slots by their numbers; some may not be of this host */
    void publish(BitSet slots) {
        slots.stream()
                .mapToObj(number -> cores.kept(new Slot(number)))
                .filter(Objects::nonNull)
                .forEach(this::publish);
    }

    void publish(KeptSlot slot) {
        SlotRoles.Role role = leadership.roleOf(slot, cores.view(slot.slot));
        if (!role.equals(slot.role)) {
            slot.role = role;
            roles.publish(slot.slot, role);
            changedRoles.add(slot.slot);
        }
    }

    /** Whether there is anything to be told, now or in one of the next turns. */
    boolean isEmpty() {
        return outbox.isEmpty() && changedRoles.isEmpty() && !beatSoon;
    }

    /** Ends a turn. */
    void tell(NodeState state) {
        outbox.send();
        cores.endTurn();
        if (!changedRoles.isEmpty()) {
            files.accept(new FileServerMessage.RolesChanged(List.copyOf(changedRoles)));
            changedRoles.clear();
        }
        if (beatSoon && millis.getAsLong() - lastBeat >= LEAST_BETWEEN_BEATS) {
            beat(state);
        }
    }

    /** Tells all other hosts, and whoever asks here, how this one is. */
    void beat(NodeState state) {
        beatSoon = false;
        lastBeat = millis.getAsLong();
        Heartbeat heartbeat =
                new Heartbeat(node.list(), node.self(), node.life(), state, leadership.isFull(), led(), incomplete());
        node.others().forEach(other -> node.links().toSlots(other, heartbeat));
        roles.publish(report.get());
    }

    private List<Slot> led() {
        return kept.stream()
                .filter(slot -> slot.core.leads().isPresent())
                .map(slot -> slot.slot)
                .toList();
    }

    private List<Slot> incomplete() {
        return kept.stream().filter(slot -> !slot.votes).map(slot -> slot.slot).toList();
    }
}
