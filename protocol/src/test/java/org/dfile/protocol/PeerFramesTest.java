package org.dfile.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.dfile.model.Ballot;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.Limits;
import org.dfile.model.Slot;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.SlotMessage;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.protocol.peer.RecordEntry;
import org.dfile.protocol.peer.SlotPeerMessage;
import org.dfile.protocol.peer.Tombstone;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The largest messages between hosts fit their frames, and what is not of the form is refused. */
class PeerFramesTest {

    private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());
    private static final int FRAME_BYTES = 250 << 10; // 256 KiB, less the envelope
    private static final long BIG = Long.MAX_VALUE;

    private static final HostId LONG_HOST = new HostId("h".repeat(63));
    private static final Ballot LONG_BALLOT = new Ballot(BIG, LONG_HOST, new Life(BIG, BIG));
    private static final StateId LONG_STATE = new StateId(new FileVersion(BIG, BIG), new ChainHash("f".repeat(64)));

    private static Wire wire;

    @BeforeAll
    static void start() {
        wire = new Wire();
    }

    @AfterAll
    static void stop() {
        wire.close();
    }

    private static List<Slot> slots(int count) {
        return IntStream.range(0, count).mapToObj(Slot::new).toList();
    }

    private static FileName name(int number, int byteCount) {
        String first = String.format("%05d", number);
        StringBuilder text = new StringBuilder(first);
        while (text.length() < byteCount) {
            text.append('/').append("n".repeat(Math.min(200, Math.max(1, byteCount - text.length() - 1))));
        }
        return FileName.of(text.toString());
    }

    private static void checkFits(WireMessage message) {
        Wire.Frame frame = wire.encode(message);
        assertThat(frame.bytes().remaining()).isLessThan(FRAME_BYTES);
        assertThat(wire.decode(frame)).isEqualTo(message);
    }

    @Test
    void mailOfAllSlots_fitsAFrame() {
        SlotMessage message = new SlotMessage.Refused(LONG_BALLOT, LONG_BALLOT);
        checkFits(new SlotPeerMessage.SlotMail(
                PeerSamples.LIST, LONG_HOST, List.of(new SlotPeerMessage.Group(message, slots(Slot.COUNT)))));
    }

    @Test
    void mailOfMostGroups_fitsAFrame() {
        List<SlotPeerMessage.Group> groups = new ArrayList<>();
        for (int i = 0; i < SlotPeerMessage.SlotMail.MAX_GROUPS; i++) {
            groups.add(new SlotPeerMessage.Group(
                    new SlotMessage.Refused(LONG_BALLOT, LONG_BALLOT),
                    slots(SlotPeerMessage.SlotMail.MAX_SLOTS / SlotPeerMessage.SlotMail.MAX_GROUPS)));
        }
        checkFits(new SlotPeerMessage.SlotMail(PeerSamples.LIST, LONG_HOST, groups));

        groups.add(groups.get(0));
        assertThatThrownBy(() -> new SlotPeerMessage.SlotMail(PeerSamples.LIST, LONG_HOST, groups))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void digestsOfAllSlots_fitAFrame() {
        List<SlotPeerMessage.Digest> digests = slots(Slot.COUNT).stream()
                .map(slot -> new SlotPeerMessage.Digest(slot, BIG, Long.MIN_VALUE))
                .toList();
        checkFits(new SlotPeerMessage.DigestMail(PeerSamples.LIST, LONG_HOST, digests));
        checkFits(new SlotPeerMessage.AskDigests(PeerSamples.LIST, LONG_HOST, slots(Slot.COUNT)));
    }

    @Test
    void heartbeatOfALeaderOfAll_fitsAFrame() {
        checkFits(new SlotPeerMessage.Heartbeat(
                PeerSamples.LIST,
                LONG_HOST,
                LONG_BALLOT.life(),
                NodeState.READY,
                false,
                slots(Slot.COUNT),
                slots(Slot.COUNT)));
    }

    @ParameterizedTest
    @CsvSource({"6", "100", "4090"})
    void pageOfWhatFits_fitsAFrame(int nameBytes) {
        Committed committed = new Committed(LONG_STATE, true, Optional.of(LONG_BALLOT));
        Pending pending = new Pending(LONG_BALLOT, LONG_STATE, LONG_STATE);
        List<RecordEntry> entries = IntStream.range(0, 1_100)
                .mapToObj(i -> new RecordEntry(name(i, nameBytes), committed, Optional.of(pending)))
                .toList();
        int fitting = SlotPeerMessage.PageMail.fitting(entries);

        assertThat(fitting).isGreaterThan(30);
        checkFits(new SlotPeerMessage.PageMail(
                PeerSamples.LIST,
                LONG_HOST,
                new Slot(0),
                Optional.of(LONG_BALLOT),
                name(0, 4_090).toString(),
                entries.subList(0, fitting),
                true,
                BIG));
    }

    @ParameterizedTest
    @CsvSource({"6", "100", "4090"})
    void purgeOfWhatFits_fitsAFrame(int nameBytes) {
        List<Tombstone> tombstones = IntStream.range(0, 2_000)
                .mapToObj(i -> new Tombstone(name(i, nameBytes), LONG_STATE.version()))
                .toList();
        int fitting = SlotPeerMessage.Purge.fitting(tombstones);

        assertThat(fitting).isGreaterThan(30);
        checkFits(new SlotPeerMessage.Purge(PeerSamples.LIST, LONG_HOST, new Slot(0), tombstones.subList(0, fitting)));
    }

    @Test
    void fitting_ofNoneAndOfOne_isAll() {
        assertThat(SlotPeerMessage.Purge.fitting(List.of())).isZero();
        assertThat(SlotPeerMessage.Purge.fitting(List.of(new Tombstone(name(0, 4_090), LONG_STATE.version()))))
                .isEqualTo(1);
    }

    @Test
    void largestBatchInAMail_fitsTheLargeFrame() {
        FilePeerMessage.AcceptMail mail = new FilePeerMessage.AcceptMail(
                PeerSamples.LIST,
                LONG_HOST,
                name(0, 4_090),
                new FileMessage.Accept(LONG_BALLOT, LONG_STATE, LONG_STATE),
                Bytes.of(new byte[Limits.MAX_CHUNK_BYTES]));

        Wire.Frame frame = wire.encode(mail);

        assertThat(frame.bytes().remaining()).isLessThan(Limits.MAX_CHUNK_BYTES + (32 << 10));
        assertThat(wire.decode(frame)).isEqualTo(mail);
    }

    @Test
    void acceptWithoutItsBatch_isNoMail() {
        FileMessage accept = new FileMessage.Accept(LONG_BALLOT, LONG_STATE, LONG_STATE);
        assertThatThrownBy(() -> new FilePeerMessage.FileMail(PeerSamples.LIST, LONG_HOST, PeerSamples.NAME, accept))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // -- what is not of the form

    private static ObjectNode tree(String sample) throws IOException {
        return (ObjectNode)
                CBOR.readTree(wire.encode(wire.sample(sample)).bytes().array());
    }

    private static Object decode(String sample, JsonNode tree) throws IOException {
        return wire.control()
                .fromBinary(
                        CBOR.writeValueAsBytes(tree),
                        wire.encode(wire.sample(sample)).manifest());
    }

    @ParameterizedTest
    @CsvSource({
        "ballot, 17/n1/2",
        "ballot, 17/n1",
        "ballot, x/n1/2.5",
        "ballot, 0/n1/2.5",
        "ballot, 17/N 1/2.5",
        "ballot,",
        "id, 3.14",
        "id, 3#00",
        "id, -3.14#0123",
        "kind, accept",
        "kind, Holds",
        "kind, org.dfile.Commit",
        "kind, ''"
    })
    void badPartOfAMessageOfAFile_isADecodeException(String key, String value) throws IOException {
        ObjectNode tree = tree("FileMail Commit");
        ((ObjectNode) tree.get("message")).put(key, value);

        assertThatThrownBy(() -> decode("FileMail Commit", tree)).isInstanceOf(DecodeException.class);
    }

    /** Hashes are compared as texts. */
    @Test
    void hashInCapitals_isADecodeException() throws IOException {
        ObjectNode tree = tree("FileMail Commit");
        ((ObjectNode) tree.get("message")).put("id", "3.14#" + "AB".repeat(32));

        assertThatThrownBy(() -> decode("FileMail Commit", tree)).isInstanceOf(DecodeException.class);
    }

    @ParameterizedTest
    @CsvSource({"1", "8194", "3"})
    void slotsOfAWrongLength_areADecodeException(int byteCount) throws IOException {
        ObjectNode tree = tree("AskDigests");
        tree.put("slots", new byte[byteCount]);

        assertThatThrownBy(() -> decode("AskDigests", tree)).isInstanceOf(DecodeException.class);
    }

    @Test
    void slotThatDoesNotExist_isADecodeException() throws IOException {
        ObjectNode tree = tree("AskDigests");
        tree.put("slots", new byte[] {0x10, 0});

        assertThatThrownBy(() -> decode("AskDigests", tree)).isInstanceOf(DecodeException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "ReadTransfer, byteCount, 0",
        "ReadTransfer, byteCount, 2000000",
        "ReadTransfer, offset, -1",
        "ReadTransfer, part, -2",
        "Opened, headBytes, -1",
        "Opened, headBytes, 70000000"
    })
    void numberOutOfRange_isADecodeException(String sample, String key, long value) throws IOException {
        ObjectNode tree = tree(sample);
        tree.put(key, value);

        assertThatThrownBy(() -> decode(sample, tree)).isInstanceOf(DecodeException.class);
    }

    @Test
    void messageWithoutPending_hasNone() throws IOException {
        ObjectNode tree = tree("FileMail Answer");
        ((ObjectNode) tree.get("message")).remove("pending");

        FilePeerMessage.FileMail mail = (FilePeerMessage.FileMail) decode("FileMail Answer", tree);

        assertThat(((FileMessage.Answer) mail.message()).pending()).isEmpty();
    }
}
