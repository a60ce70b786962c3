package org.dfile.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.dfile.model.Ballot;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.jspecify.annotations.Nullable;

/** The stored form of ballots, and of what was promised for a slot. */
final class BallotCodec {

    private static final int FORMAT = 2;

    private BallotCodec() {}

    /** What was promised for a slot, its floor, and whether all its records are here. */
    record Promise(@Nullable Ballot ballot, long floor, boolean complete) {}

    static byte[] encode(Promise promise) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeLong(promise.floor());
            out.writeBoolean(promise.complete());
            writeOptional(out, promise.ballot());
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
        return bytes.toByteArray();
    }

    static Promise decode(byte[] value) throws CorruptDataException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(value))) {
            if (in.readByte() != FORMAT) {
                throw new IOException("its format is not " + FORMAT);
            }
            long floor = in.readLong();
            boolean complete = in.readBoolean();
            return new Promise(readOptional(in), floor, complete);
        } catch (IOException | IllegalArgumentException e) {
            throw new CorruptDataException("not a promise: " + e.getMessage(), 0);
        }
    }

    static void writeOptional(DataOutputStream out, @Nullable Ballot ballot) throws IOException {
        out.writeBoolean(ballot != null);
        if (ballot != null) {
            write(out, ballot);
        }
    }

    static @Nullable Ballot readOptional(DataInputStream in) throws IOException {
        return in.readBoolean() ? read(in) : null;
    }

    static void write(DataOutputStream out, Ballot ballot) throws IOException {
        out.writeLong(ballot.round());
        out.writeUTF(ballot.host().text());
        out.writeLong(ballot.life().listVersion());
        out.writeLong(ballot.life().bootCount());
    }

    static Ballot read(DataInputStream in) throws IOException {
        return new Ballot(in.readLong(), new HostId(in.readUTF()), new Life(in.readLong(), in.readLong()));
    }
}
