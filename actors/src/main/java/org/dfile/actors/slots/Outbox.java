package org.dfile.actors.slots;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dfile.model.HostId;
import org.dfile.model.Slot;
import org.dfile.model.replica.SlotMessage;
import org.dfile.protocol.peer.SlotPeerMessage.Group;
import org.dfile.protocol.peer.SlotPeerMessage.SlotMail;

/**
 * What slots have to say to other hosts, until the turn of the mailbox ends: equal messages of many slots become one, and
 * what is said twice is sent once. It holds at most what the messages of one turn make, a few for each slot. Of the
 * actor's thread.
 */
final class Outbox {

    private final SlotsNode node;
    private final Map<HostId, Map<SlotMessage, Set<Slot>>> mail = new LinkedHashMap<>();

    Outbox(SlotsNode node) {
        this.node = node;
    }

    void add(HostId to, Slot slot, SlotMessage message) {
        mail.computeIfAbsent(to, host -> new LinkedHashMap<>())
                .computeIfAbsent(message, same -> new LinkedHashSet<>())
                .add(slot);
    }

    boolean isEmpty() {
        return mail.isEmpty();
    }

    void send() {
        mail.forEach(this::send);
        mail.clear();
    }

    private void send(HostId to, Map<SlotMessage, Set<Slot>> messages) {
        List<Group> groups = new ArrayList<>();
        int slots = 0;
        for (Map.Entry<SlotMessage, Set<Slot>> entry : messages.entrySet()) {
            Group group = new Group(entry.getKey(), List.copyOf(entry.getValue()));
            slots += group.slots().size();
            if (groups.size() == SlotMail.MAX_GROUPS || slots > SlotMail.MAX_SLOTS) {
                send(to, groups);
                groups = new ArrayList<>();
                slots = group.slots().size();
            }
            groups.add(group);
        }
        send(to, groups);
    }

    private void send(HostId to, List<Group> groups) {
        node.links().toSlots(to, new SlotMail(node.list(), node.self(), groups));
    }
}
