package org.dfile.protocol;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.dfile.model.Ballot;
import org.dfile.model.ClusterId;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.ListId;
import org.dfile.model.Slot;
import org.dfile.model.StageId;
import org.dfile.model.VolumeId;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.PieceId;
import org.dfile.model.replica.SlotMessage;
import org.dfile.model.replica.StateId;

/**
 * How the plain values of {@code org.dfile.model}, which know no library, look in CBOR and JSON: names, ids, ballots and
 * states as text, failures and messages of replicas with the name of their kind, everything else as its record components.
 */
final class ModelModule extends SimpleModule {

    /** The name of each kind of failure on the wire. Names are never used twice; a class may be renamed, its name not. */
    static final Map<String, Class<? extends Failure>> FAILURES = Map.ofEntries(
            Map.entry("NoSuchFile", Failure.NoSuchFile.class),
            Map.entry("FileExists", Failure.FileExists.class),
            Map.entry("Replaced", Failure.Replaced.class),
            Map.entry("FileTooLong", Failure.FileTooLong.class),
            Map.entry("Busy", Failure.Busy.class),
            Map.entry("NotCoordinator", Failure.NotCoordinator.class),
            Map.entry("Diverged", Failure.Diverged.class),
            Map.entry("OutOfOrder", Failure.OutOfOrder.class),
            Map.entry("OutcomeClosed", Failure.OutcomeClosed.class),
            Map.entry("SessionLost", Failure.SessionLost.class),
            Map.entry("ChecksumMismatch", Failure.ChecksumMismatch.class),
            Map.entry("StageLost", Failure.StageLost.class),
            Map.entry("NotAReplica", Failure.NotAReplica.class),
            Map.entry("StaleHostList", Failure.StaleHostList.class),
            Map.entry("HostListRefused", Failure.HostListRefused.class),
            Map.entry("ReservedName", Failure.ReservedName.class),
            Map.entry("ForeignCluster", Failure.ForeignCluster.class),
            Map.entry("ShuttingDown", Failure.ShuttingDown.class),
            Map.entry("Amnesiac", Failure.Amnesiac.class),
            Map.entry("FileAmnesiac", Failure.FileAmnesiac.class),
            Map.entry("RecordsDamaged", Failure.RecordsDamaged.class),
            Map.entry("OtherProtocol", Failure.OtherProtocol.class),
            Map.entry("VolumeFull", Failure.VolumeFull.class),
            Map.entry("StorageFailed", Failure.StorageFailed.class),
            Map.entry("CorruptData", Failure.CorruptData.class),
            Map.entry("Malformed", Failure.Malformed.class),
            Map.entry("NotAuthorised", Failure.NotAuthorised.class),
            Map.entry("TimedOut", Failure.TimedOut.class),
            Map.entry("NoReturnPath", Failure.NoReturnPath.class),
            Map.entry("ClusterUnreachable", Failure.ClusterUnreachable.class),
            Map.entry("ClientBusy", Failure.ClientBusy.class),
            Map.entry("TooLongToHold", Failure.TooLongToHold.class),
            Map.entry("PartlyWritten", Failure.PartlyWritten.class),
            Map.entry("ListingIncomplete", Failure.ListingIncomplete.class),
            Map.entry("ClientClosed", Failure.ClientClosed.class),
            Map.entry("LocalFileFailed", Failure.LocalFileFailed.class));

    /** The name of each kind of message of a file's replicas; an {@code Accept} travels with its batch, by other means. */
    static final Map<String, Class<? extends FileMessage>> FILE_MESSAGES = Map.ofEntries(
            Map.entry("query", FileMessage.Query.class),
            Map.entry("commit", FileMessage.Commit.class),
            Map.entry("answer", FileMessage.Answer.class),
            Map.entry("accepted", FileMessage.Accepted.class),
            Map.entry("holds", FileMessage.Holds.class),
            Map.entry("behind", FileMessage.Behind.class),
            Map.entry("refused", FileMessage.Refused.class),
            Map.entry("notPromised", FileMessage.NotPromised.class),
            Map.entry("belowFloor", FileMessage.BelowFloor.class));

    /** The name of each kind of message of a slot's replicas. */
    static final Map<String, Class<? extends SlotMessage>> SLOT_MESSAGES = Map.of(
            "prepare", SlotMessage.Prepare.class,
            "promise", SlotMessage.Promise.class,
            "confirm", SlotMessage.Confirm.class,
            "confirmed", SlotMessage.Confirmed.class,
            "refused", SlotMessage.Refused.class);

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    private interface Named {}

    ModelModule() {
        super("dfile-model");
        text(FileName.class, FileName::toString, FileName::of);
        text(HostId.class, HostId::text, HostId::new);
        text(ClusterId.class, ClusterId::toString, ClusterId::of);
        text(ListId.class, ListId::toString, ListId::of);
        text(VolumeId.class, VolumeId::toString, VolumeId::of);
        text(StageId.class, StageId::toString, text -> new StageId(UUID.fromString(text)));
        text(PieceId.class, PieceId::toString, text -> new PieceId(UUID.fromString(text)));
        text(Slot.class, Slot::toString, text -> new Slot(Integer.parseInt(text)));
        text(Life.class, ReplicaTexts::of, ReplicaTexts::life);
        text(Ballot.class, ReplicaTexts::of, ReplicaTexts::ballot);
        text(StateId.class, ReplicaTexts::of, ReplicaTexts::stateId);
        named(Failure.class, FAILURES);
        named(FileMessage.class, FILE_MESSAGES);
        named(SlotMessage.class, SLOT_MESSAGES);
    }

    private <T> void named(Class<T> type, Map<String, Class<? extends T>> kinds) {
        setMixInAnnotation(type, Named.class);
        kinds.forEach((name, kind) -> registerSubtypes(new NamedType(kind, name)));
    }

    /** Maps a type to text and back. A text that {@code parse} refuses is reported with the place where it stands. */
    <T> void text(Class<T> type, Function<? super T, String> format, Function<String, ? extends T> parse) {
        addSerializer(type, new TextSerializer<>(type, format));
        addDeserializer(type, new TextDeserializer<>(type, parse));
    }

    private static final class TextSerializer<T> extends StdScalarSerializer<T> {
        private final transient Function<? super T, String> format;

        TextSerializer(Class<T> type, Function<? super T, String> format) {
            super(type);
            this.format = format;
        }

        @Override
        public void serialize(T value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(format.apply(value));
        }
    }

    private static final class TextDeserializer<T> extends StdScalarDeserializer<T> {
        private final transient Function<String, ? extends T> parse;

        TextDeserializer(Class<T> type, Function<String, ? extends T> parse) {
            super(type);
            this.parse = parse;
        }

        @Override
        public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
            String text = in.getValueAsString();
            if (text == null) {
                return context.reportInputMismatch(this, "a text is needed");
            }
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                return context.reportInputMismatch(this, "%s", e.getMessage());
            }
        }
    }
}
