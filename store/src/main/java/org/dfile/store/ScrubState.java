package org.dfile.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.dfile.store.Database.Family;

/**
 * How far a scrub is, as it is kept in the records.
 *
 * @param pass counts the scrubs of this volume
 * @param began when it began; absent before the first one
 * @param after the name after which it goes on; empty at the beginning
 * @param current the name that is being read; empty if none is
 * @param offset from where on it is to be read
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ScrubState(
        long pass,
        Optional<Instant> began,
        boolean running,
        byte[] after,
        byte[] current,
        long offset,
        long files,
        long bytes,
        long damaged,
        boolean complete,
        Optional<ScrubStatus.Result> last) {

    private static final byte[] KEY = {'S'};
    private static final int FORMAT = 2;

    private static final long NEVER = -1;

    private static final byte[] NO_NAME = {};

    static final ScrubState NONE =
            new ScrubState(0, Optional.empty(), false, NO_NAME, NO_NAME, 0, 0, 0, 0, true, Optional.empty());

    ScrubState begin(Instant now) {
        return new ScrubState(pass + 1, Optional.of(now), true, NO_NAME, NO_NAME, 0, 0, 0, 0, true, last);
    }

    ScrubState fileDone(byte[] name) {
        return new ScrubState(pass, began, running, name, NO_NAME, 0, files + 1, bytes, damaged, complete, last);
    }

    ScrubState bytesDone(byte[] name, long upTo, long byteCount) {
        return new ScrubState(
                pass, began, running, after, name, upTo, files, bytes + byteCount, damaged, complete, last);
    }

    /** Returns from where on a file is to be read: it may have come in the place of the one that was being read. */
    long offsetIn(byte[] name) {
        return Arrays.equals(name, current) ? offset : 0;
    }

    ScrubState damageFound() {
        return new ScrubState(pass, began, running, after, current, offset, files, bytes, damaged + 1, complete, last);
    }

    ScrubState incomplete() {
        return new ScrubState(pass, began, running, after, current, offset, files, bytes, damaged, false, last);
    }

    ScrubState end(Instant now) {
        ScrubStatus.Result result = new ScrubStatus.Result(now, complete, files, bytes, damaged);
        return new ScrubState(
                pass, began, false, NO_NAME, NO_NAME, 0, files, bytes, damaged, complete, Optional.of(result));
    }

    Mutation put() {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(value)) {
            out.writeByte(FORMAT);
            out.writeLong(pass);
            out.writeLong(began.map(Instant::toEpochMilli).orElse(NEVER));
            out.writeBoolean(running);
            writeName(out, after);
            writeName(out, current);
            out.writeLong(offset);
            out.writeLong(files);
            out.writeLong(bytes);
            out.writeLong(damaged);
            out.writeBoolean(complete);
            out.writeBoolean(last.isPresent());
            if (last.isPresent()) {
                writeResult(out, last.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
        return new Mutation.Put(Family.META, KEY, value.toByteArray());
    }

    private static void writeName(DataOutputStream out, byte[] name) throws IOException {
        out.writeShort(name.length);
        out.write(name);
    }

    private static byte[] readName(DataInputStream in) throws IOException {
        byte[] name = new byte[in.readUnsignedShort()];
        in.readFully(name);
        return name;
    }

    private static void writeResult(DataOutputStream out, ScrubStatus.Result result) throws IOException {
        out.writeLong(result.ended().toEpochMilli());
        out.writeBoolean(result.complete());
        out.writeLong(result.files());
        out.writeLong(result.bytes());
        out.writeLong(result.damaged());
    }

    static ScrubState read(Database.View view) throws CorruptDataException {
        byte[] value = view.get(Family.META, KEY);
        if (value == null) {
            return NONE;
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(value))) {
            if (in.readByte() != FORMAT) {
                throw new IOException("its format is not " + FORMAT);
            }
            long pass = in.readLong();
            long began = in.readLong();
            boolean running = in.readBoolean();
            return new ScrubState(
                    pass,
                    began == NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(began)),
                    running,
                    readName(in),
                    readName(in),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readBoolean(),
                    in.readBoolean() ? Optional.of(readResult(in)) : Optional.empty());
        } catch (IOException e) {
            throw new CorruptDataException("not the state of a scrub: " + e.getMessage(), 0);
        }
    }

    private static ScrubStatus.Result readResult(DataInputStream in) throws IOException {
        Instant ended = Instant.ofEpochMilli(in.readLong());
        return new ScrubStatus.Result(ended, in.readBoolean(), in.readLong(), in.readLong(), in.readLong());
    }
}
