package org.dfile.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.Limits;
import org.dfile.model.Outcome;
import org.dfile.model.Receipt;
import org.dfile.model.Session;
import org.dfile.model.SessionId;

/** The stored form of {@link Session}, whose id is in the key: a byte that names the format, then its fields in order. */
final class SessionCodec {

    private static final int FORMAT = 1;

    private static final int DONE = 0;
    private static final int NO_SUCH_FILE = 1;
    private static final int FILE_EXISTS = 2;
    private static final int REPLACED = 3;
    private static final int FILE_TOO_LONG = 4;

    private SessionCodec() {}

    static byte[] encode(Session session) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeLong(session.last());
            out.writeLong(session.usedSeq());
            out.writeByte(session.outcomes().size());
            for (Outcome outcome : session.outcomes()) {
                writeOutcome(out, outcome);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
        return bytes.toByteArray();
    }

    private static void writeOutcome(DataOutputStream out, Outcome outcome) throws IOException {
        if (outcome instanceof Outcome.Done done) {
            out.writeByte(DONE);
            writeReceipt(out, done.receipt());
        } else if (outcome instanceof Outcome.Refused refused) {
            writeFailure(out, refused.failure());
        } else {
            throw new AssertionError("unhandled outcome " + outcome);
        }
    }

    private static void writeReceipt(DataOutputStream out, Receipt receipt) throws IOException {
        out.writeLong(receipt.version().generation());
        out.writeLong(receipt.version().seq());
        out.writeLong(receipt.offset());
        out.writeLong(receipt.byteCount());
        out.writeInt(receipt.crc32c());
        out.writeLong(receipt.length());
        out.writeInt(receipt.copies());
    }

    private static void writeFailure(DataOutputStream out, Failure.Judged failure) throws IOException {
        if (failure instanceof Failure.NoSuchFile none) {
            out.writeByte(NO_SUCH_FILE);
            writeName(out, none.name());
        } else if (failure instanceof Failure.FileExists exists) {
            out.writeByte(FILE_EXISTS);
            writeName(out, exists.name());
        } else if (failure instanceof Failure.Replaced replaced) {
            out.writeByte(REPLACED);
            writeName(out, replaced.name());
            out.writeLong(replaced.expectedGeneration());
            out.writeLong(replaced.generation());
        } else if (failure instanceof Failure.FileTooLong tooLong) {
            out.writeByte(FILE_TOO_LONG);
            writeName(out, tooLong.name());
            out.writeLong(tooLong.length());
        } else {
            throw new AssertionError("unhandled failure " + failure);
        }
    }

    private static void writeName(DataOutputStream out, FileName name) throws IOException {
        out.writeShort(name.byteCount());
        out.write(name.utf8());
    }

    static Session decode(SessionId id, byte[] bytes) throws CorruptDataException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readByte() != FORMAT) {
                throw new IOException("its format is not " + FORMAT);
            }
            long last = in.readLong();
            long usedSeq = in.readLong();
            int count = in.readUnsignedByte();
            if (count > Limits.SESSION_WINDOW) {
                throw new IOException(count + " outcomes");
            }
            List<Outcome> outcomes = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                outcomes.add(readOutcome(in));
            }
            if (in.available() > 0) {
                throw new IOException(in.available() + " bytes too many");
            }
            return new Session(id, last, outcomes, usedSeq);
        } catch (IOException | IllegalArgumentException e) {
            throw new CorruptDataException("not a session record: " + e.getMessage(), 0);
        }
    }

    private static Outcome readOutcome(DataInputStream in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case DONE -> new Outcome.Done(readReceipt(in));
            case NO_SUCH_FILE -> new Outcome.Refused(new Failure.NoSuchFile(readName(in)));
            case FILE_EXISTS -> new Outcome.Refused(new Failure.FileExists(readName(in)));
            case REPLACED -> new Outcome.Refused(new Failure.Replaced(readName(in), in.readLong(), in.readLong()));
            case FILE_TOO_LONG -> new Outcome.Refused(new Failure.FileTooLong(readName(in), in.readLong()));
            default -> throw new IOException("unknown outcome " + kind);
        };
    }

    private static Receipt readReceipt(DataInputStream in) throws IOException {
        FileVersion version = new FileVersion(in.readLong(), in.readLong());
        return new Receipt(version, in.readLong(), in.readLong(), in.readInt(), in.readLong(), in.readInt());
    }

    private static FileName readName(DataInputStream in) throws IOException {
        int byteCount = in.readUnsignedShort();
        if (byteCount > FileName.MAX_BYTES) {
            throw new IOException("a name of " + byteCount + " bytes");
        }
        byte[] utf8 = new byte[byteCount];
        in.readFully(utf8);
        return FileName.ofUtf8(utf8);
    }
}
