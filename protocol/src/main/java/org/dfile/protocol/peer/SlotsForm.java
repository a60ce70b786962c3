package org.dfile.protocol.peer;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.dfile.model.Slot;

/** Slots on the wire: their numbers, two bytes each, big-endian; so all slots of a host are 8 KiB. */
public final class SlotsForm {

    /** Has a list of slots travel in this form. */
    @Retention(RetentionPolicy.RUNTIME)
    @JacksonAnnotationsInside
    @JsonSerialize(using = Writer.class)
    @JsonDeserialize(using = Reader.class)
    public @interface Packed {}

    private SlotsForm() {}

    static final class Writer extends StdSerializer<List<Slot>> {

        Writer() {
            super(List.class, false);
        }

        @Override
        public void serialize(List<Slot> slots, JsonGenerator out, SerializerProvider provider) throws IOException {
            ByteBuffer numbers = ByteBuffer.allocate(slots.size() * Short.BYTES);
            slots.forEach(slot -> numbers.putShort((short) slot.number()));
            out.writeBinary(numbers.array());
        }
    }

    static final class Reader extends StdDeserializer<List<Slot>> {

        Reader() {
            super(List.class);
        }

        @Override
        public List<Slot> deserialize(JsonParser in, DeserializationContext context) throws IOException {
            byte[] bytes = in.getBinaryValue();
            if (bytes == null || bytes.length % Short.BYTES != 0 || bytes.length > Slot.COUNT * Short.BYTES) {
                return context.reportInputMismatch(this, "not a list of slots");
            }
            List<Slot> slots = new ArrayList<>(bytes.length / Short.BYTES);
            ByteBuffer numbers = ByteBuffer.wrap(bytes);
            while (numbers.hasRemaining()) {
                slots.add(new Slot(Short.toUnsignedInt(numbers.getShort())));
            }
            return slots;
        }
    }
}
