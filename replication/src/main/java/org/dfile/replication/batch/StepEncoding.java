package org.dfile.replication.batch;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.dfile.model.Batch;
import org.dfile.model.Failure;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.model.Outcome;
import org.dfile.model.Receipt;
import org.dfile.model.Session;
import org.dfile.model.SessionId;

/**
 * The one encoding of a batch over which the chain hash goes (I3): version, time, operations with offset, length and
 * checksum of their bytes, every result, and what sessions became of it. Big-endian, lists preceded by their size, kinds
 * by a tag. Never positions on disk, nor how staged bytes were cut into pieces: those differ between hosts.
 */
final class StepEncoding {

    private static final int CREATE = 1;
    private static final int WRITE = 2;
    private static final int TRUNCATE = 3;
    private static final int DELETE = 4;

    private static final int DONE = 10;
    private static final int NO_SUCH_FILE = 11;
    private static final int FILE_EXISTS = 12;
    private static final int REPLACED = 13;
    private static final int FILE_TOO_LONG = 14;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    private final DataOutputStream out = new DataOutputStream(bytes);

    private StepEncoding() {}

    static byte[] encode(Batch batch, List<Executed> executed) {
        StepEncoding encoding = new StepEncoding();
        try {
            encoding.put(batch, executed);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        }
        return encoding.bytes.toByteArray();
    }

    private void put(Batch batch, List<Executed> executed) throws IOException {
        put(batch.version());
        Instant time = batch.time();
        out.writeLong(time.getEpochSecond());
        out.writeInt(time.getNano());
        out.writeInt(batch.operations().size());
        for (Operation operation : batch.operations()) {
            put(operation);
        }
        out.writeInt(executed.size());
        for (Executed one : executed) {
            put(one.session());
            out.writeLong(one.number());
            put(one.outcome());
        }
        out.writeInt(batch.sessions().size());
        for (Session session : batch.sessions()) {
            put(session.id());
            out.writeLong(session.last());
            out.writeInt(session.outcomes().size());
        }
        out.writeInt(batch.evicted().size());
        for (SessionId session : batch.evicted()) {
            put(session);
        }
        out.writeLong(batch.watermark().generation());
        out.writeLong(batch.watermark().seq());
    }

    private void put(Operation operation) throws IOException {
        if (operation instanceof Operation.Create) {
            out.writeByte(CREATE);
        } else if (operation instanceof Operation.WriteInline write) {
            putWrite(write.offset(), write.bytes().byteCount(), write.bytes().crc32c());
        } else if (operation instanceof Operation.WriteStaged write) {
            long byteCount = write.pieces().stream()
                    .mapToLong(piece -> piece.byteCount())
                    .sum();
            putWrite(write.offset(), byteCount, Proposal.checksum(write.pieces()));
        } else if (operation instanceof Operation.Truncate truncate) {
            out.writeByte(TRUNCATE);
            out.writeLong(truncate.length());
        } else if (operation instanceof Operation.Delete) {
            out.writeByte(DELETE);
        } else {
            throw new AssertionError("a kind of operation without an encoding: " + operation);
        }
    }

    private void putWrite(long offset, long byteCount, int crc32c) throws IOException {
        out.writeByte(WRITE);
        out.writeLong(offset);
        out.writeLong(byteCount);
        out.writeInt(crc32c);
    }

    private void put(Outcome outcome) throws IOException {
        if (outcome instanceof Outcome.Done done) {
            out.writeByte(DONE);
            put(done.receipt());
        } else if (outcome instanceof Outcome.Refused refused) {
            put(refused.failure());
        } else {
            throw new AssertionError("a kind of outcome without an encoding: " + outcome);
        }
    }

    private void put(Receipt receipt) throws IOException {
        put(receipt.version());
        out.writeLong(receipt.offset());
        out.writeLong(receipt.byteCount());
        out.writeInt(receipt.crc32c());
        out.writeLong(receipt.length());
    }

    private void put(Failure.Judged failure) throws IOException {
        if (failure instanceof Failure.NoSuchFile) {
            out.writeByte(NO_SUCH_FILE);
        } else if (failure instanceof Failure.FileExists) {
            out.writeByte(FILE_EXISTS);
        } else if (failure instanceof Failure.Replaced replaced) {
            out.writeByte(REPLACED);
            out.writeLong(replaced.expectedGeneration());
            out.writeLong(replaced.generation());
        } else if (failure instanceof Failure.FileTooLong tooLong) {
            out.writeByte(FILE_TOO_LONG);
            out.writeLong(tooLong.length());
        } else {
            throw new AssertionError("a kind of judged failure without an encoding: " + failure);
        }
    }

    private void put(FileVersion version) throws IOException {
        out.writeLong(version.generation());
        out.writeLong(version.seq());
    }

    private void put(SessionId session) throws IOException {
        out.writeLong(session.value().getMostSignificantBits());
        out.writeLong(session.value().getLeastSignificantBits());
    }
}
