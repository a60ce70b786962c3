package org.dfile.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.ByteBufferSerializer;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.dfile.model.Bytes;
import org.dfile.model.Limits;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.protocol.peer.TransferReply;

/**
 * Carries {@link BulkMessage}s. File bytes go from the sender's buffer straight into the buffer of the connection, and
 * are copied out of it once.
 *
 * <p>A frame is a header, fields, and file bytes to its very end; all numbers are big-endian:
 *
 * <pre>
 *   0  2  magic "DF"
 *   2  1  version of the layout, 1
 *   3  1  kind: 'A' Apply, 'S' Stage, 'C' Contents; between hosts 'M' AcceptMail, 'P' PieceMail, 'R' Range; the
 *         same letter is the manifest
 *   4  4  CRC32C of the header without this field, and of the fields
 *   8  4  byte count of the fields, at most 16 KiB
 *  12  4  byte count of the file bytes, at most 1 MiB
 *  16  4  CRC32C of the file bytes, as it was taken where they entered DFile (I14)
 *  20  8  id; 0 in messages between hosts
 *  28     fields, see {@link BulkFields} and {@link PeerFields}; then the file bytes
 * </pre>
 *
 * <p>The checksum of the file bytes is carried, neither computed nor checked: the store and the client do that, end to
 * end. Whatever else is wrong with a frame is a {@link DecodeException}, and nothing is allocated by a length that was
 * not compared with what is there.
 */
public final class BulkSerializer extends SerializerWithStringManifest implements ByteBufferSerializer {

    /** Stands in every message on the wire; never changes. */
    public static final int IDENTIFIER = 740;

    static final int HEADER_BYTES = 28;
    static final int MAX_FIELDS_BYTES = 16 << 10;

    private static final short MAGIC = 'D' << 8 | 'F';
    private static final byte LAYOUT_VERSION = 1;
    private static final char APPLY = 'A';
    private static final char STAGE = 'S';
    private static final char CONTENTS = 'C';
    private static final char ACCEPT_MAIL = 'M';
    private static final char PIECE_MAIL = 'P';
    private static final char RANGE = 'R';
    private static final long NO_ID = 0;

    private static final int CRC_AT = 4;
    private static final int FIELDS_LENGTH_AT = 8;
    private static final int BYTE_COUNT_AT = 12;
    private static final int BYTES_CRC_AT = 16;
    private static final int ID_AT = 20;

    private final BulkFields fields;

    /** Called by Pekko. */
    public BulkSerializer(ExtendedActorSystem system) {
        this.fields = new BulkFields(new LazyResolver(system));
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return String.valueOf(kind(message));
    }

    private static char kind(Object message) {
        if (message instanceof FileReply.Contents) {
            return CONTENTS;
        } else if (message instanceof FileRequest.Apply) {
            return APPLY;
        } else if (message instanceof FileRequest.Stage) {
            return STAGE;
        } else if (message instanceof FilePeerMessage.AcceptMail) {
            return ACCEPT_MAIL;
        } else if (message instanceof FilePeerMessage.PieceMail) {
            return PIECE_MAIL;
        } else if (message instanceof TransferReply.Range) {
            return RANGE;
        }
        throw new IllegalArgumentException("not a bulk message: " + message.getClass());
    }

    // -- encoding

    @Override
    public byte[] toBinary(Object message) {
        int most = HEADER_BYTES + MAX_FIELDS_BYTES + bytesOf(message).byteCount();
        ByteBuffer frame = ByteBuffer.allocate(most);
        toBinary(message, frame);
        return Arrays.copyOf(frame.array(), frame.position());
    }

    @Override
    public void toBinary(Object message, ByteBuffer frame) {
        ByteOrder order = frame.order();
        frame.order(ByteOrder.BIG_ENDIAN);
        try {
            encode(message, frame);
        } finally {
            frame.order(order); // Artery goes on with its own
        }
    }

    private void encode(Object message, ByteBuffer frame) {
        int start = frame.position();
        Bytes bytes = bytesOf(message);
        frame.putShort(MAGIC).put(LAYOUT_VERSION).put((byte) kind(message));
        frame.position(start + HEADER_BYTES);
        long id = encodeFields(message, new FieldWriter(frame));
        int fieldsLength = frame.position() - start - HEADER_BYTES;
        frame.putInt(start + FIELDS_LENGTH_AT, fieldsLength);
        frame.putInt(start + BYTE_COUNT_AT, bytes.byteCount());
        frame.putInt(start + BYTES_CRC_AT, bytes.crc32c());
        frame.putLong(start + ID_AT, id);
        frame.putInt(start + CRC_AT, headerCrc(frame, start, fieldsLength));
        frame.put(bytes.buffer());
    }

    private long encodeFields(Object message, FieldWriter out) {
        if (message instanceof FileReply.Contents contents) {
            fields.write(out, contents);
            return contents.id();
        } else if (message instanceof FileRequest.Apply apply) {
            fields.write(out, apply);
            return apply.id();
        } else if (message instanceof FileRequest.Stage stage) {
            fields.write(out, stage);
            return stage.id();
        } else if (message instanceof FilePeerMessage.AcceptMail mail) {
            PeerFields.write(out, mail);
            return NO_ID;
        } else if (message instanceof FilePeerMessage.PieceMail mail) {
            PeerFields.write(out, mail);
            return NO_ID;
        } else if (message instanceof TransferReply.Range range) {
            PeerFields.write(out, range);
            return NO_ID;
        }
        throw new AssertionError("unhandled message " + message.getClass());
    }

    private static Bytes bytesOf(Object message) {
        if (message instanceof FileReply.Contents contents) {
            return contents.bytes();
        } else if (message instanceof FileRequest.Apply apply) {
            return apply.change().bytes();
        } else if (message instanceof FileRequest.Stage stage) {
            return stage.bytes();
        } else if (message instanceof FilePeerMessage.AcceptMail mail) {
            return mail.batch();
        } else if (message instanceof FilePeerMessage.PieceMail mail) {
            return mail.bytes();
        } else if (message instanceof TransferReply.Range range) {
            return range.bytes();
        }
        throw new IllegalArgumentException("not a bulk message: " + message.getClass());
    }

    // -- decoding

    @Override
    public Object fromBinary(byte[] frame, String manifest) throws DecodeException {
        return fromBinary(ByteBuffer.wrap(frame), manifest);
    }

    @Override
    public Object fromBinary(ByteBuffer buffer, String manifest) throws DecodeException {
        ByteBuffer frame = buffer.slice().order(ByteOrder.BIG_ENDIAN);
        buffer.position(buffer.limit());
        int fieldsLength = checkHeader(frame, manifest);
        int byteCount = frame.getInt(BYTE_COUNT_AT);
        FieldReader in = new FieldReader(frame.slice(HEADER_BYTES, fieldsLength).order(ByteOrder.BIG_ENDIAN));
        // The connection uses its buffer again, so this is the one copy that has to be.
        ByteBuffer copy = ByteBuffer.allocate(byteCount);
        copy.put(frame.slice(HEADER_BYTES + fieldsLength, byteCount)).flip();
        try {
            Bytes bytes = Bytes.received(copy, frame.getInt(BYTES_CRC_AT));
            Object message = decode(manifest.charAt(0), frame.getLong(ID_AT), in, bytes);
            in.end();
            return message;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new DecodeException("bulk message " + manifest + ": " + e.getMessage(), e);
        }
    }

    private Object decode(char kind, long id, FieldReader in, Bytes bytes) throws DecodeException {
        return switch (kind) {
            case APPLY -> fields.readApply(id, in, bytes);
            case STAGE -> fields.readStage(id, in, bytes);
            case CONTENTS -> fields.readContents(id, in, bytes);
            case ACCEPT_MAIL -> PeerFields.readAcceptMail(in, bytes);
            case PIECE_MAIL -> PeerFields.readPieceMail(in, bytes);
            case RANGE -> PeerFields.readRange(in, bytes);
            default -> throw new DecodeException("unknown kind of bulk message " + kind);
        };
    }

    /** Checks all lengths and the header's checksum; returns the byte count of the fields. */
    private static int checkHeader(ByteBuffer frame, String manifest) throws DecodeException {
        if (frame.remaining() < HEADER_BYTES) {
            throw new DecodeException("a bulk message of " + frame.remaining() + " bytes");
        }
        if (frame.getShort(0) != MAGIC || frame.get(2) != LAYOUT_VERSION) {
            throw new DecodeException("not a bulk message of layout " + LAYOUT_VERSION);
        }
        if (manifest.length() != 1 || frame.get(3) != manifest.charAt(0)) {
            throw new DecodeException("bulk message of kind " + frame.get(3) + ", manifest " + manifest);
        }
        int fieldsLength = checkLength("fields", frame.getInt(FIELDS_LENGTH_AT), MAX_FIELDS_BYTES);
        int byteCount = checkLength("file bytes", frame.getInt(BYTE_COUNT_AT), Limits.MAX_CHUNK_BYTES);
        if (HEADER_BYTES + fieldsLength + byteCount != frame.remaining()) {
            throw new DecodeException("a bulk message claims " + fieldsLength + " and " + byteCount + " bytes, "
                    + (frame.remaining() - HEADER_BYTES) + " are there");
        }
        if (frame.getInt(CRC_AT) != headerCrc(frame, 0, fieldsLength)) {
            throw new DecodeException("the header of a bulk message does not match its checksum");
        }
        return fieldsLength;
    }

    private static int checkLength(String what, int length, int most) throws DecodeException {
        if (length < 0 || length > most) {
            throw new DecodeException("bulk message: " + length + " bytes of " + what + ", at most " + most);
        }
        return length;
    }

    private static int headerCrc(ByteBuffer frame, int start, int fieldsLength) {
        CRC32C crc = new CRC32C();
        crc.update(frame.slice(start, CRC_AT));
        crc.update(frame.slice(start + FIELDS_LENGTH_AT, HEADER_BYTES - FIELDS_LENGTH_AT + fieldsLength));
        return (int) crc.getValue();
    }
}
