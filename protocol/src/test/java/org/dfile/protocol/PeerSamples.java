package org.dfile.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.dfile.model.Ballot;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.ListId;
import org.dfile.model.Slot;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.PieceId;
import org.dfile.model.replica.SlotMessage;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.protocol.peer.RecordEntry;
import org.dfile.protocol.peer.SlotPeerMessage;
import org.dfile.protocol.peer.Tombstone;
import org.dfile.protocol.peer.TransferReply;

/** At least one of every message between hosts, the same in every run. */
final class PeerSamples {

    static final ListId LIST = Samples.LIST.id();
    static final HostId FROM = Samples.HOST;
    static final FileName NAME = Samples.NAME;
    static final Ballot BALLOT = new Ballot(17, FROM, new Life(2, 5));
    static final Ballot HIGHER = new Ballot(18, new HostId("n2"), new Life(1, 1));
    static final StateId BEFORE = new StateId(new FileVersion(3, 13), new ChainHash("ab".repeat(32)));
    static final StateId AFTER = new StateId(new FileVersion(3, 14), new ChainHash("0123456789abcdef".repeat(4)));
    static final Committed COMMITTED = new Committed(BEFORE, false, Optional.of(BALLOT));
    static final Pending PENDING = new Pending(HIGHER, BEFORE, AFTER);

    private static final UUID TRANSFER = UUID.fromString("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");
    private static final Slot SLOT = new Slot(4_095);

    private PeerSamples() {}

    static void add(Map<String, WireMessage> samples, ActorRefResolver resolver) {
        fileMessages()
                .forEach((name, message) ->
                        samples.put("FileMail " + name, new FilePeerMessage.FileMail(LIST, FROM, NAME, message)));
        FileMessage.Accept accept = new FileMessage.Accept(BALLOT, BEFORE, AFTER);
        samples.put("AcceptMail", new FilePeerMessage.AcceptMail(LIST, FROM, NAME, accept, Samples.BYTES));
        samples.put("AcceptMail too long", new FilePeerMessage.AcceptMail(LIST, FROM, NAME, accept, Bytes.EMPTY));
        samples.put(
                "PieceMail",
                new FilePeerMessage.PieceMail(LIST, FROM, NAME, new PieceId(new UUID(7, 8)), Samples.BYTES));
        samples.put("PieceStaged", new FilePeerMessage.PieceStaged(LIST, FROM, NAME, new PieceId(new UUID(7, 8))));
        addTransfers(samples, resolver);
        samples.put("AskReport", new FilePeerMessage.AskReport(LIST, FROM, NAME, 21));
        samples.put("Report", new FilePeerMessage.Report(LIST, FROM, NAME, 21, AFTER, true));
        samples.put("Mend", new FilePeerMessage.Mend(LIST, FROM, NAME));
        addSlotMessages(samples);
    }

    private static void addTransfers(Map<String, WireMessage> samples, ActorRefResolver resolver) {
        ActorRef<TransferReply> replyTo = resolver.resolveActorRef("pekko://dfile@192.0.2.7:7401/user/bulk#1");
        for (FilePeerMessage.OpenTransfer.Kind kind : FilePeerMessage.OpenTransfer.Kind.values()) {
            samples.put(
                    "OpenTransfer " + kind,
                    new FilePeerMessage.OpenTransfer(LIST, FROM, NAME, TRANSFER, kind, AFTER, replyTo));
        }
        samples.put(
                "ReadTransfer",
                new FilePeerMessage.ReadTransfer(LIST, FROM, NAME, TRANSFER, 0, 1L << 33, 1 << 20, replyTo));
        samples.put(
                "ReadTransfer head",
                new FilePeerMessage.ReadTransfer(
                        LIST, FROM, NAME, TRANSFER, FilePeerMessage.ReadTransfer.HEAD, 0, 99, replyTo));
        samples.put("CloseTransfer", new FilePeerMessage.CloseTransfer(LIST, FROM, NAME, TRANSFER));
        samples.put("Opened", new TransferReply.Opened(TRANSFER, COMMITTED, 4_711));
        samples.put("Range", new TransferReply.Range(TRANSFER, 0, 1L << 33, Samples.BYTES));
        samples.put("Range head", new TransferReply.Range(TRANSFER, -1, 0, Samples.BYTES));
        samples.put("NotHeld", new TransferReply.NotHeld(TRANSFER, "no such batch"));
    }

    private static void addSlotMessages(Map<String, WireMessage> samples) {
        slotMessages().forEach((name, message) -> samples.put("SlotMail " + name, mail(message)));
        samples.put(
                "Heartbeat",
                new SlotPeerMessage.Heartbeat(
                        LIST, FROM, BALLOT.life(), NodeState.STOPPING, true, List.of(SLOT), List.of()));
        samples.put("AskPage", new SlotPeerMessage.AskPage(LIST, FROM, SLOT, Optional.of(BALLOT), "a"));
        samples.put("AskPage of anybody", new SlotPeerMessage.AskPage(LIST, FROM, SLOT, Optional.empty(), ""));
        samples.put(
                "PageMail",
                new SlotPeerMessage.PageMail(
                        LIST,
                        FROM,
                        SLOT,
                        Optional.of(BALLOT),
                        "a",
                        List.of(
                                new RecordEntry(NAME, COMMITTED, Optional.of(PENDING)),
                                new RecordEntry(NAME, Committed.NONE, Optional.empty())),
                        true,
                        9));
        samples.put("AskDigests", new SlotPeerMessage.AskDigests(LIST, FROM, List.of(SLOT, new Slot(0))));
        samples.put(
                "DigestMail",
                new SlotPeerMessage.DigestMail(
                        LIST, FROM, List.of(new SlotPeerMessage.Digest(SLOT, 3, Long.MIN_VALUE))));
        samples.put(
                "Purge", new SlotPeerMessage.Purge(LIST, FROM, SLOT, List.of(new Tombstone(NAME, Samples.VERSION))));
    }

    private static SlotPeerMessage.SlotMail mail(SlotMessage message) {
        return new SlotPeerMessage.SlotMail(
                LIST, FROM, List.of(new SlotPeerMessage.Group(message, List.of(SLOT, new Slot(300), new Slot(0)))));
    }

    static Map<String, FileMessage> fileMessages() {
        Map<String, FileMessage> messages = new LinkedHashMap<>();
        messages.put("Query", new FileMessage.Query(BALLOT, 3));
        messages.put("Commit", new FileMessage.Commit(BALLOT, AFTER));
        messages.put("Answer", new FileMessage.Answer(BALLOT, 3, COMMITTED, Optional.of(PENDING), 2));
        messages.put("Answer of none", new FileMessage.Answer(BALLOT, 3, Committed.NONE, Optional.empty(), 0));
        messages.put("Accepted", new FileMessage.Accepted(BALLOT, AFTER));
        messages.put("Holds", new FileMessage.Holds(BALLOT, AFTER));
        messages.put("Behind", new FileMessage.Behind(BALLOT, BEFORE));
        messages.put("Refused", new FileMessage.Refused(BALLOT, HIGHER));
        messages.put("NotPromised", new FileMessage.NotPromised(BALLOT));
        messages.put("BelowFloor", new FileMessage.BelowFloor(BALLOT, 12));
        return messages;
    }

    static Map<String, SlotMessage> slotMessages() {
        Map<String, SlotMessage> messages = new LinkedHashMap<>();
        messages.put("Prepare", new SlotMessage.Prepare(BALLOT));
        messages.put("Promise", new SlotMessage.Promise(BALLOT));
        messages.put("Confirm", new SlotMessage.Confirm(BALLOT, 11));
        messages.put("Confirmed", new SlotMessage.Confirmed(BALLOT, 11));
        messages.put("Refused", new SlotMessage.Refused(BALLOT, HIGHER));
        return messages;
    }
}
