package org.dfile.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import org.dfile.model.Ballot;
import org.dfile.model.ChainHash;
import org.dfile.model.FileVersion;

/** The stored form of {@link FileRecord}: its fields, big-endian, after a byte that names the format. */
final class RecordCodec {

    private static final byte FORMAT = 2;

    private RecordCodec() {}

    static byte[] encode(FileRecord file) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeLong(file.id());
            write(out, file.version());
            out.write(file.hash().bytes());
            out.writeBoolean(file.exists());
            out.writeLong(file.length());
            write(out, file.created());
            write(out, file.modified());
            write(out, file.watermark());
            out.writeLong(file.change());
            BallotCodec.writeOptional(out, file.ballot());
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
        return bytes.toByteArray();
    }

    static FileRecord decode(byte[] bytes) throws CorruptDataException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readByte() != FORMAT) {
                throw new IOException("its format is not " + FORMAT);
            }
            FileRecord file = read(in);
            if (in.available() > 0) {
                throw new IOException(in.available() + " bytes too many");
            }
            return file;
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw new CorruptDataException("not a file record: " + e.getMessage(), 0);
        }
    }

    private static FileRecord read(DataInputStream in) throws IOException {
        long id = in.readLong();
        FileVersion version = readVersion(in);
        byte[] hash = new byte[ChainHash.BYTE_COUNT];
        in.readFully(hash);
        boolean exists = in.readBoolean();
        long length = in.readLong();
        Instant created = readTime(in);
        Instant modified = readTime(in);
        FileVersion watermark = readVersion(in);
        long change = in.readLong();
        Ballot ballot = BallotCodec.readOptional(in);
        return new FileRecord(
                id, version, ChainHash.of(hash), exists, length, created, modified, watermark, ballot, change);
    }

    private static void write(DataOutputStream out, FileVersion version) throws IOException {
        out.writeLong(version.generation());
        out.writeLong(version.seq());
    }

    private static FileVersion readVersion(DataInputStream in) throws IOException {
        return new FileVersion(in.readLong(), in.readLong());
    }

    private static void write(DataOutputStream out, Instant time) throws IOException {
        out.writeLong(time.getEpochSecond());
        out.writeInt(time.getNano());
    }

    private static Instant readTime(DataInputStream in) throws IOException {
        return Instant.ofEpochSecond(in.readLong(), in.readInt());
    }
}
