package org.dfile.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileVersion;
import org.dfile.model.Limits;
import org.dfile.model.Operation;
import org.dfile.model.Session;
import org.dfile.model.SessionId;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.StateId;

/**
 * The stored form of a pending batch: a CRC32C of the rest, a byte that names the format, ballot, state before, batch.
 * Of bytes in data files it holds the places, all others stand in it.
 */
final class PendingCodec {

    private static final int FORMAT = 2;

    private static final int CREATE = 1;
    private static final int INLINE = 2;
    private static final int STAGED = 3;
    private static final int TRUNCATE = 4;
    private static final int DELETE = 5;

    private PendingCodec() {}

    static byte[] encode(PendingBatch pending) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(0);
            out.writeByte(FORMAT);
            BallotCodec.write(out, pending.ballot());
            write(out, pending.before().version());
            out.write(pending.before().hash().bytes());
            write(out, pending.batch());
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
        byte[] value = bytes.toByteArray();
        ByteBuffer.wrap(value).putInt(checksum(value));
        return value;
    }

    private static int checksum(byte[] value) {
        CRC32C crc = new CRC32C();
        crc.update(value, Integer.BYTES, value.length - Integer.BYTES);
        return (int) crc.getValue();
    }

    private static void write(DataOutputStream out, Batch batch) throws IOException {
        write(out, batch.version());
        out.write(batch.hash().bytes());
        Instant time = batch.time();
        out.writeLong(time.getEpochSecond());
        out.writeInt(time.getNano());
        out.writeInt(batch.operations().size());
        for (Operation operation : batch.operations()) {
            write(out, operation);
        }
        out.writeInt(batch.sessions().size());
        for (Session session : batch.sessions()) {
            write(out, session.id());
            byte[] value = SessionCodec.encode(session);
            out.writeInt(value.length);
            out.write(value);
        }
        out.writeInt(batch.evicted().size());
        for (SessionId evicted : batch.evicted()) {
            write(out, evicted);
        }
        write(out, batch.watermark());
    }

    private static void write(DataOutputStream out, FileVersion version) throws IOException {
        out.writeLong(version.generation());
        out.writeLong(version.seq());
    }

    private static void write(DataOutputStream out, SessionId id) throws IOException {
        out.writeLong(id.value().getMostSignificantBits());
        out.writeLong(id.value().getLeastSignificantBits());
    }

    private static void write(DataOutputStream out, Operation operation) throws IOException {
        if (operation instanceof Operation.Create) {
            out.writeByte(CREATE);
        } else if (operation instanceof Operation.WriteInline write) {
            out.writeByte(INLINE);
            out.writeLong(write.offset());
            out.writeInt(write.bytes().crc32c());
            byte[] content = Stager.copy(write.bytes());
            out.writeInt(content.length);
            out.write(content);
        } else if (operation instanceof Operation.WriteStaged write) {
            out.writeByte(STAGED);
            out.writeLong(write.offset());
            out.writeInt(write.pieces().size());
            for (StagedBytes piece : write.pieces()) {
                write(out, (StoredBytes) piece);
            }
        } else if (operation instanceof Operation.Truncate truncate) {
            out.writeByte(TRUNCATE);
            out.writeLong(truncate.length());
        } else if (operation instanceof Operation.Delete) {
            out.writeByte(DELETE);
        } else {
            throw new AssertionError("unhandled operation " + operation);
        }
    }

    private static void write(DataOutputStream out, StoredBytes piece) throws IOException {
        Run run = piece.run();
        byte[] memory = piece.memory();
        out.writeInt(piece.byteCount());
        out.writeInt(piece.crc32c());
        out.writeBoolean(run != null);
        if (run != null) {
            out.writeInt(run.file());
            out.writeLong(run.position());
            for (int crc : run.crcs()) {
                out.writeInt(crc);
            }
        } else if (memory != null) {
            out.write(memory);
        }
    }

    static PendingBatch decode(byte[] value) throws CorruptDataException {
        if (value.length < Integer.BYTES || ByteBuffer.wrap(value).getInt() != checksum(value)) {
            throw new CorruptDataException("a pending batch does not match its checksum", 0);
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(value))) {
            in.readInt();
            if (in.readByte() != FORMAT) {
                throw new IOException("its format is not " + FORMAT);
            }
            Ballot ballot = BallotCodec.read(in);
            StateId before = new StateId(readVersion(in), readHash(in));
            return new PendingBatch(ballot, before, readBatch(in));
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw new CorruptDataException("not a pending batch: " + e.getMessage(), 0);
        }
    }

    private static Batch readBatch(DataInputStream in) throws IOException {
        FileVersion version = readVersion(in);
        ChainHash hash = readHash(in);
        Instant time = Instant.ofEpochSecond(in.readLong(), in.readInt());
        List<Operation> operations = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            operations.add(readOperation(in));
        }
        List<Session> sessions = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            SessionId id = readSessionId(in);
            sessions.add(SessionCodec.decode(id, bytes(in, in.readInt())));
        }
        List<SessionId> evicted = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            evicted.add(readSessionId(in));
        }
        return new Batch(version, hash, time, operations, sessions, evicted, readVersion(in));
    }

    private static FileVersion readVersion(DataInputStream in) throws IOException {
        return new FileVersion(in.readLong(), in.readLong());
    }

    private static ChainHash readHash(DataInputStream in) throws IOException {
        return ChainHash.of(bytes(in, ChainHash.BYTE_COUNT));
    }

    private static SessionId readSessionId(DataInputStream in) throws IOException {
        return new SessionId(new UUID(in.readLong(), in.readLong()));
    }

    private static Operation readOperation(DataInputStream in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case CREATE -> new Operation.Create();
            case INLINE -> {
                long offset = in.readLong();
                int crc = in.readInt();
                yield new Operation.WriteInline(offset, Bytes.received(ByteBuffer.wrap(bytes(in, in.readInt())), crc));
            }
            case STAGED -> {
                long offset = in.readLong();
                List<StagedBytes> pieces = new ArrayList<>();
                for (int left = in.readInt(); left > 0; left--) {
                    pieces.add(readPiece(in));
                }
                yield new Operation.WriteStaged(offset, pieces);
            }
            case TRUNCATE -> new Operation.Truncate(in.readLong());
            case DELETE -> new Operation.Delete();
            default -> throw new IOException("unknown operation " + kind);
        };
    }

    private static StoredBytes readPiece(DataInputStream in) throws IOException {
        int byteCount = in.readInt();
        int crc = in.readInt();
        if (byteCount < 0 || byteCount > Limits.MAX_CHUNK_BYTES) {
            throw new IOException("a piece of " + byteCount + " bytes");
        }
        if (!in.readBoolean()) {
            return new StoredBytes(null, bytes(in, byteCount), byteCount, crc);
        }
        int file = in.readInt();
        long position = in.readLong();
        int[] crcs = new int[Run.blockCount(byteCount)];
        for (int block = 0; block < crcs.length; block++) {
            crcs[block] = in.readInt();
        }
        return new StoredBytes(new Run(file, position, byteCount, crcs), null, byteCount, crc);
    }

    private static byte[] bytes(DataInputStream in, int byteCount) throws IOException {
        if (byteCount < 0 || byteCount > in.available()) {
            throw new IOException(byteCount + " bytes, but " + in.available() + " are left");
        }
        byte[] bytes = new byte[byteCount];
        in.readFully(bytes);
        return bytes;
    }
}
