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

/** The stored form of ballots, and of what a slot was promised. */
final class BallotCodec {

    private static final int FORMAT = 1;

    private BallotCodec() {}

    /** What was promised for a slot, and its floor. */
    record Promise(@Nullable Ballot ballot, long floor) {}

    static byte[] encodePromise(@Nullable Ballot ballot, long floor) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeLong(floor);
            out.writeBoolean(ballot != null);
            if (ballot != null) {
                write(out, ballot);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
        return bytes.toByteArray();
    }

    static Promise decodePromise(byte[] value) throws CorruptDataException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(value))) {
            if (in.readByte() != FORMAT) {
                throw new IOException("its format is not " + FORMAT);
            }
            long floor = in.readLong();
            return new Promise(in.readBoolean() ? read(in) : null, floor);
        } catch (IOException | IllegalArgumentException e) {
            throw new CorruptDataException("not a promise: " + e.getMessage(), 0);
        }
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
