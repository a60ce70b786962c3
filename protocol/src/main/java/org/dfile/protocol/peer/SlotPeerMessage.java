package org.dfile.protocol.peer;

import java.util.List;
import java.util.Optional;
import org.dfile.model.Ballot;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.ListId;
import org.dfile.model.Slot;
import org.dfile.model.replica.SlotMessage;
import org.dfile.protocol.ControlMessage;
import org.dfile.protocol.NodeState;
import org.dfile.protocol.SlotRequest;

/** About slots, or about a host as a whole; goes to {@link org.dfile.protocol.NodePaths#SLOTS}. */
public sealed interface SlotPeerMessage extends PeerMessage, SlotRequest, ControlMessage {

    /** Messages of many slots. Its limits see to it that it fits a frame, whatever is in it. */
    record SlotMail(ListId list, HostId from, List<Group> groups) implements SlotPeerMessage {

        /** With host ids and numbers of full length a group has 400 bytes. */
        public static final int MAX_GROUPS = 512;

        /** Most slots in all groups together, 2 bytes each. */
        public static final int MAX_SLOTS = 2 * Slot.COUNT;

        public SlotMail {
            groups = List.copyOf(groups);
            PageSize.atMost(MAX_GROUPS, "groups", groups.size());
            int slots = groups.stream().mapToInt(group -> group.slots().size()).sum();
            PageSize.atMost(MAX_SLOTS, "slots", slots);
        }
    }

    /** One message, alike for many slots. */
    record Group(SlotMessage message, @SlotsForm.Packed List<Slot> slots) {
        public Group {
            slots = List.copyOf(slots);
        }
    }

    /**
     * The host lives. Sent to every other host of the list, and never answered.
     *
     * @param state one that stops is followed no longer: others lead at once
     * @param full whether it has no room for new bytes
     * @param leading slots that it leads: its other hosts send there what only a leader may do
     * @param incomplete slots that it does not vote for (I9)
     */
    record Heartbeat(
            ListId list,
            HostId from,
            Life life,
            NodeState state,
            boolean full,
            @SlotsForm.Packed List<Slot> leading,
            @SlotsForm.Packed List<Slot> incomplete)
            implements SlotPeerMessage {
        public Heartbeat {
            leading = List.copyOf(leading);
            incomplete = List.copyOf(incomplete);
        }
    }

    /**
     * Asks for the records of a slot after a name.
     *
     * @param ballot answered only by who promised it (I10); empty to compare replicas, then anybody answers
     * @param after empty for the first page
     */
    record AskPage(ListId list, HostId from, Slot slot, Optional<Ballot> ballot, String after)
            implements SlotPeerMessage {}

    /** Records of a slot in order of names; as many as {@link #fitting} allows. */
    record PageMail(
            ListId list,
            HostId from,
            Slot slot,
            Optional<Ballot> ballot,
            String after,
            List<RecordEntry> entries,
            boolean more,
            long floor)
            implements SlotPeerMessage {
        /** About what an entry takes besides its name, with ids and numbers of full length. */
        private static final int ENTRY_BYTES = 900;

        public PageMail {
            entries = List.copyOf(entries);
            PageSize.atMost(PageSize.MAX_ENTRIES, "entries", entries.size());
        }

        /** Returns how many of the first of these entries fit in one page. At least one, if there is one. */
        public static int fitting(List<RecordEntry> entries) {
            return PageSize.fitting(entries, entry -> ENTRY_BYTES + entry.name().byteCount());
        }
    }

    /** Asks for the digests of slots. */
    record AskDigests(
            ListId list, HostId from, @SlotsForm.Packed List<Slot> slots) implements SlotPeerMessage {
        public AskDigests {
            slots = List.copyOf(slots);
        }
    }

    /** What two replicas compare to see whether they hold the same committed states. Slots that do not vote are missing. */
    record DigestMail(ListId list, HostId from, List<Digest> digests) implements SlotPeerMessage {
        public DigestMail {
            digests = List.copyOf(digests);
        }
    }

    /**
     * A slot's digest.
     *
     * @param records names with a record, tombstones included
     * @param sum over their names, versions and chain hashes
     */
    record Digest(Slot slot, long records, long sum) {}

    /** All replicas have the tombstones of these names: they may be purged (I15). As many as {@link #fitting} allows. */
    record Purge(ListId list, HostId from, Slot slot, List<Tombstone> tombstones) implements SlotPeerMessage {
        private static final int TOMBSTONE_BYTES = 100;

        public Purge {
            tombstones = List.copyOf(tombstones);
            PageSize.atMost(PageSize.MAX_ENTRIES, "tombstones", tombstones.size());
        }

        /** Returns how many of the first of these fit in one message. At least one, if there is one. */
        public static int fitting(List<Tombstone> tombstones) {
            return PageSize.fitting(
                    tombstones, tombstone -> TOMBSTONE_BYTES + tombstone.name().byteCount());
        }
    }
}
