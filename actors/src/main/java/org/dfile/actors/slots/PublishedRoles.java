package org.dfile.actors.slots;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.dfile.model.Slot;
import org.dfile.protocol.ReplicationReport;

/** The roles of a host, written by the actor of its slots. */
public final class PublishedRoles implements SlotRoles {

    private static final Role ELECTING = new Electing();

    private volatile ReplicationReport report = ReplicationReport.none(0);

    private final AtomicReferenceArray<Role> roles = new AtomicReferenceArray<>(Slot.COUNT);

    @Override
    public Role of(Slot slot) {
        Role role = roles.get(slot.number());
        return role == null ? ELECTING : role;
    }

    @Override
    public ReplicationReport report() {
        return report;
    }

    void publish(ReplicationReport now) {
        report = now;
    }

    void publish(Slot slot, Role role) {
        roles.set(slot.number(), role);
    }
}
