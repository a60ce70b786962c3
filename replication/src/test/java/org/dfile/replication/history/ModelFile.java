package org.dfile.replication.history;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.WriteMode;

/**
 * What a file is to one who uses it alone: the sequential specification. Written apart from what decides in production, as
 * plainly as possible.
 */
public final class ModelFile {

    public static final ModelFile NEW = forgotten(0);

    private final boolean exists;
    private final boolean isKnown;
    private final long generation;
    private final byte[] content;
    private final int hash;

    private ModelFile(boolean exists, boolean isKnown, long generation, byte[] content) {
        this.exists = exists;
        this.isKnown = isKnown;
        this.generation = generation;
        this.content = content;
        this.hash = Arrays.hashCode(content) * 31 + Long.hashCode(exists ? generation : -generation);
    }

    /** Returns a file that there never was, or that was deleted in this generation, which nobody remembers any more. */
    public static ModelFile forgotten(long generation) {
        return new ModelFile(false, false, generation, new byte[0]);
    }

    /** A change, and what its caller must be told. */
    record Step(ModelFile after, Seen seen) {}

    Seen read() {
        return exists ? new Seen.Content(generation, Bytes.of(content)) : new Seen.Absent();
    }

    Seen text() {
        return exists ? new Seen.Text(Bytes.of(content)) : new Seen.Absent();
    }

    Seen status() {
        return exists ? new Seen.Status(generation, content.length) : new Seen.Absent();
    }

    Step apply(Change change) {
        if (change instanceof Change.Create create) {
            if (!exists) {
                return created(new byte[0]).done(0, 0);
            }
            return create.exclusive()
                    ? refused(new Seen.FileExists())
                    : (create.truncate() ? with(new byte[0]) : this).done(0, 0);
        }
        if (change instanceof Change.Replace replace) {
            byte[] bytes = bytes(change);
            if (exists) {
                return replace.mode() == WriteMode.CREATE_NEW
                        ? refused(new Seen.FileExists())
                        : with(bytes).done(0, bytes.length);
            }
            return replace.mode() == WriteMode.REPLACE_EXISTING
                    ? refused(new Seen.NoSuchFile())
                    : created(bytes).done(0, bytes.length);
        }
        if (change instanceof Change.Append append) {
            byte[] bytes = bytes(change);
            if (!exists && append.create() && append.generation() == Change.ANY_GENERATION) {
                return created(bytes).done(0, bytes.length);
            }
            return meant(append.generation(), put(content.length, bytes).done(content.length, bytes.length));
        }
        if (change instanceof Change.Write write) {
            byte[] bytes = bytes(change);
            return meant(write.generation(), put((int) write.offset(), bytes).done(write.offset(), bytes.length));
        }
        if (change instanceof Change.Truncate truncate) {
            ModelFile cut = with(Arrays.copyOf(content, (int) truncate.length()));
            return meant(truncate.generation(), cut.done(0, 0));
        }
        if (change instanceof Change.Delete delete) {
            return meant(delete.generation(), new ModelFile(false, true, generation, new byte[0]).done(0, 0));
        }
        throw new AssertionError("a change that the model does not know: " + change);
    }

    /** The step, if the file is there in the generation that is meant. */
    private Step meant(long expected, Step step) {
        if (!exists) {
            return refused(new Seen.NoSuchFile());
        }
        return expected == Change.ANY_GENERATION || expected == generation
                ? step
                : refused(new Seen.Replaced(generation));
    }

    /** A name that is judged has a record from then on; what is created after it is another generation. */
    private Step refused(Seen seen) {
        return new Step(new ModelFile(exists, true, isKnown ? generation : generation + 1, content), seen);
    }

    private Step done(long offset, long byteCount) {
        return new Step(this, new Seen.Done(generation, offset, byteCount, content.length));
    }

    private ModelFile created(byte[] bytes) {
        return new ModelFile(true, true, generation + 1, bytes);
    }

    private ModelFile with(byte[] bytes) {
        return new ModelFile(true, true, generation, bytes);
    }

    private ModelFile put(int offset, byte[] bytes) {
        if (bytes.length == 0) {
            return this; // no bytes, no gap
        }
        byte[] after = Arrays.copyOf(content, Math.max(content.length, offset + bytes.length));
        System.arraycopy(bytes, 0, after, offset, bytes.length);
        return with(after);
    }

    private static byte[] bytes(Change change) {
        ByteBuffer buffer = change.bytes().buffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ModelFile file
                && hash == file.hash
                && exists == file.exists
                && isKnown == file.isKnown
                && generation == file.generation
                && Arrays.equals(content, file.content);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return exists ? generation + ":" + new String(content, StandardCharsets.ISO_8859_1) : "absent";
    }
}
