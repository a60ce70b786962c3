package org.dfile.actors.operator;

import java.util.Optional;
import java.util.Set;
import org.dfile.actors.hosts.CurrentHostList;
import org.dfile.actors.slots.SlotRoles;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.HostId;
import org.dfile.model.Slot;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.ReplicaReport;
import org.dfile.protocol.ReplicaReport.Holding;
import org.dfile.protocol.ReplicaReport.Role;
import org.dfile.protocol.ReplicationReport;
import org.dfile.store.AmnesiacException;
import org.dfile.store.CorruptDataException;
import org.dfile.store.FileMark;
import org.dfile.store.LocalStore;
import org.dfile.store.PendingBatch;
import org.dfile.store.SlotState;
import org.dfile.store.StoreException;

/** Looks up what a host holds of a file. Changes nothing; blocks for the disk. */
public final class ReplicaLookup {

    private final CurrentHostList list;
    private final LocalStore store;
    private final SlotRoles roles;

    public ReplicaLookup(CurrentHostList list, LocalStore store, SlotRoles roles) {
        this.list = list;
        this.store = store;
        this.roles = roles;
    }

    /** Returns what the host has of a file. Changes may go on meanwhile, so it may be of two moments. */
    public ReplicaReport replica(FileName name) {
        if (!isKept(name.slot())) {
            return without(Holding.NOT_A_REPLICA, "");
        }
        try {
            return held(name);
        } catch (AmnesiacException | CorruptDataException e) {
            return without(Holding.RECORD_DAMAGED, e);
        } catch (StoreException e) {
            return without(Holding.UNREADABLE, e);
        }
    }

    private ReplicaReport held(FileName name) throws StoreException {
        SlotState slot = store.slot(name.slot());
        Set<FileMark> marks = store.marks(name);
        if (marks.contains(FileMark.DIVERGED)) {
            return without(Holding.DIVERGED, "two histories of one version were seen");
        }
        Optional<FileState> state = store.state(name);
        Optional<StateId> pending = store.pending(name).map(PendingBatch::id);
        SlotRoles.Role role = roles.of(name.slot());
        return new ReplicaReport(
                slot.complete() ? holding(state) : Holding.INCOMPLETE,
                list.list().version(),
                roleOf(role),
                leader(role),
                state.map(known -> new StateId(known.version(), known.hash())).orElse(StateId.NONE),
                state.map(FileState::length).orElse(0L),
                pending,
                damagedPlaces(name),
                marks.contains(FileMark.LOSS_ACCEPTED),
                slot.floor(),
                "");
    }

    private static Holding holding(Optional<FileState> state) {
        return state.map(known -> known.exists() ? Holding.FILE : Holding.TOMBSTONE)
                .orElse(Holding.NOTHING);
    }

    private static Role roleOf(SlotRoles.Role role) {
        if (role instanceof SlotRoles.Leading) {
            return Role.LEADING;
        }
        return role instanceof SlotRoles.Following ? Role.FOLLOWING : Role.ELECTING;
    }

    private Optional<HostId> leader(SlotRoles.Role role) {
        if (role instanceof SlotRoles.Leading) {
            return Optional.of(list.self());
        }
        return role instanceof SlotRoles.Following following ? Optional.of(following.leader()) : Optional.empty();
    }

    private long damagedPlaces(FileName name) {
        return store.scrubStatus().damage().stream()
                .filter(damage -> damage.name().equals(name.toString()))
                .count();
    }

    private ReplicaReport without(Holding holding, StoreException why) {
        return without(holding, String.valueOf(why.getMessage()));
    }

    private ReplicaReport without(Holding holding, String detail) {
        return ReplicaReport.without(holding, list.list().version(), detail);
    }

    /** Returns how the host's copies are as a whole; it costs nothing. */
    ReplicationReport replication() {
        return roles.report();
    }

    private boolean isKept(Slot slot) {
        return list.get().replicasOf(slot).stream().anyMatch(host -> host.id().equals(list.self()));
    }
}
