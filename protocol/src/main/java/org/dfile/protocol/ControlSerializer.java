package org.dfile.protocol;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.protocol.peer.SlotPeerMessage;
import org.dfile.protocol.peer.TransferReply;

/**
 * Carries {@link ControlMessage}s as CBOR, by Jackson. A message is a map of its components, named; its manifest is a
 * short name that stands in {@link #MESSAGES}, never a class name.
 *
 * <p>Unknown components are ignored and missing numbers are 0, so that a newer version may add some; anything else that
 * is missing, null or out of its range is a {@link DecodeException}. There is no compression, hence no bomb.
 */
public final class ControlSerializer extends SerializerWithStringManifest {

    /** Stands in every message on the wire; never changes. */
    public static final int IDENTIFIER = 741;

    /** What may be received. Names are never used twice; a class may be renamed, its name not. */
    static final Map<String, Class<? extends ControlMessage>> MESSAGES = Map.ofEntries(
            Map.entry("fs", FileRequest.Stat.class),
            Map.entry("fr", FileRequest.Read.class),
            Map.entry("FS", FileReply.Status.class),
            Map.entry("FC", FileReply.Changed.class),
            Map.entry("FG", FileReply.Staged.class),
            Map.entry("FF", FileReply.Failed.class),
            Map.entry("l", ListRequest.class),
            Map.entry("LN", ListReply.Names.class),
            Map.entry("LF", ListReply.ListFailed.class),
            Map.entry("ah", AdminRequest.Hello.class),
            Map.entry("as", AdminRequest.GetStatus.class),
            Map.entry("ak", AdminRequest.Kill.class),
            Map.entry("ac", AdminRequest.StartScrub.class),
            Map.entry("AW", AdminReply.Welcome.class),
            Map.entry("AS", AdminReply.NodeStatus.class),
            Map.entry("AK", AdminReply.Killed.class),
            Map.entry("AC", AdminReply.ScrubStarted.class),
            Map.entry("AF", AdminReply.AdminFailed.class),
            Map.entry("or", OperatorRequest.GetReplica.class),
            Map.entry("os", OperatorRequest.GetReplication.class),
            Map.entry("ol", OperatorRequest.GetHostList.class),
            Map.entry("on", OperatorRequest.NewHostList.class),
            Map.entry("oa", OperatorRequest.AcceptLoss.class),
            Map.entry("OR", OperatorReply.Replica.class),
            Map.entry("OS", OperatorReply.Replication.class),
            Map.entry("OL", OperatorReply.Current.class),
            Map.entry("OA", OperatorReply.LossAccepted.class),
            Map.entry("OF", OperatorReply.OperatorFailed.class),
            Map.entry("pm", FilePeerMessage.FileMail.class),
            Map.entry("PB", FilePeerMessage.PieceStaged.class),
            Map.entry("po", FilePeerMessage.OpenTransfer.class),
            Map.entry("pr", FilePeerMessage.ReadTransfer.class),
            Map.entry("pc", FilePeerMessage.CloseTransfer.class),
            Map.entry("pq", FilePeerMessage.AskReport.class),
            Map.entry("PQ", FilePeerMessage.Report.class),
            Map.entry("pf", FilePeerMessage.Mend.class),
            Map.entry("PO", TransferReply.Opened.class),
            Map.entry("PN", TransferReply.NotHeld.class),
            Map.entry("sm", SlotPeerMessage.SlotMail.class),
            Map.entry("sh", SlotPeerMessage.Heartbeat.class),
            Map.entry("sp", SlotPeerMessage.AskPage.class),
            Map.entry("SP", SlotPeerMessage.PageMail.class),
            Map.entry("sd", SlotPeerMessage.AskDigests.class),
            Map.entry("SD", SlotPeerMessage.DigestMail.class),
            Map.entry("su", SlotPeerMessage.Purge.class));

    private static final Map<Class<?>, String> MANIFESTS =
            MESSAGES.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

    private static final int MAX_NESTING = 64;
    private static final int MAX_TEXT_CHARS = 64 << 10;
    private static final int MAX_KEY_CHARS = 256;

    private final ObjectMapper mapper;

    /** Called by Pekko. */
    public ControlSerializer(ExtendedActorSystem system) {
        this.mapper = mapper(new LazyResolver(system));
    }

    private static ObjectMapper mapper(Supplier<ActorRefResolver> resolver) {
        StreamReadConstraints limits = StreamReadConstraints.builder()
                .maxNestingDepth(MAX_NESTING)
                .maxStringLength(MAX_TEXT_CHARS)
                .maxNameLength(MAX_KEY_CHARS)
                .build();
        ModelModule module = new ModelModule();
        module.text(
                actorRefType(),
                ref -> resolver.get().toSerializationFormat(ref),
                text -> resolver.get().resolveActorRef(text));
        return new ObjectMapper(
                        CBORFactory.builder().streamReadConstraints(limits).build())
                .registerModules(new JavaTimeModule(), new Jdk8Module(), module)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS, SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(
                        DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    @SuppressWarnings("unchecked") // an address says nothing of what may be sent there
    private static Class<ActorRef<Object>> actorRefType() {
        return (Class<ActorRef<Object>>) (Class<?>) ActorRef.class;
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        String manifest = MANIFESTS.get(message.getClass());
        if (manifest == null) {
            throw new IllegalArgumentException("not a control message: " + message.getClass());
        }
        return manifest;
    }

    @Override
    public byte[] toBinary(Object message) {
        try {
            return mapper.writeValueAsBytes(message);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("cannot be encoded: " + message, e);
        }
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws DecodeException {
        Class<? extends ControlMessage> type = MESSAGES.get(manifest);
        if (type == null) {
            throw new DecodeException("unknown control message \"" + manifest + "\"");
        }
        try {
            ControlMessage message = mapper.readValue(bytes, type);
            if (message == null) {
                throw new DecodeException("control message " + manifest + " is null");
            }
            return message;
        } catch (DecodeException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // Jackson has bugs that let the latter through
            throw new DecodeException("control message " + manifest + ": " + e.getMessage(), e);
        }
    }
}
