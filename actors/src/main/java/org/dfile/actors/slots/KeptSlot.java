package org.dfile.actors.slots;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dfile.model.HostId;
import org.dfile.model.Slot;
import org.dfile.replication.ReplicaSet;
import org.dfile.replication.SlotCore;

/** One slot that this host keeps. Of the actor's thread. */
final class KeptSlot {

    static final long NEVER = Long.MAX_VALUE;

    final Slot slot;
    final ReplicaSet replicas;
    final List<HostId> others;
    final SlotCore core;

    /** Place of this host in the order in which hosts should lead the slot. */
    final int place;

    /** Reads that wait for a round, by numbers that no two reads share. */
    final Map<Long, SlotsMessage.Confirm> reads = new HashMap<>();

    /** What was published last. */
    SlotRoles.Role role = new SlotRoles.Electing();

    /** Whether this host has a vote on it (I9); as of the volume, which decides. */
    boolean votes = true;

    /** Milliseconds since nobody is known to lead, {@link #NEVER} if somebody is. */
    long leaderlessSince = NEVER;

    /** Random part of the time to wait before leading, milliseconds. */
    long backOff;

    /** Attempts to lead in a row that were in vain. */
    int failures;

    long attemptedAt;
    long ledSince;

    /** How much longer than usual to wait before the slot is taken from somebody who leads. */
    int patience = 1;

    KeptSlot(HostId self, Slot slot, List<HostId> hosts) {
        this.slot = slot;
        this.replicas = new ReplicaSet(self, hosts);
        this.others = replicas.others();
        this.core = new SlotCore(replicas);
        this.place = placeOf(self);
    }

    /** Returns the place of a host in the order in which hosts should lead the slot. */
    int placeOf(HostId host) {
        return replicas.hosts().indexOf(host);
    }
}
