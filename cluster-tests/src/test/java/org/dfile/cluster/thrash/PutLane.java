package org.dfile.cluster.thrash;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import org.dfile.client.DFile;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.WriteMode;
import org.dfile.replication.history.Seen;
import org.jspecify.annotations.Nullable;

/**
 * Puts whole files of some MiB, which are staged and then published, and reads single blocks of them. All blocks of a file are
 * made from one id, so one of them tells what the whole file is.
 */
final class PutLane implements Lane {

    static final Scale SCALE = Scale.ofBlocks(256 << 10);
    static final int BLOCKS = 10;

    private final Caller caller;
    private final Board board;
    private final SplittableRandom random;
    private final Duration pause;
    private @Nullable FileHistory opened;
    private @Nullable DFile handle;

    PutLane(Caller caller, Board board, SplittableRandom random, Duration pause) {
        this.caller = caller;
        this.board = board;
        this.random = random;
        this.pause = pause;
    }

    @Override
    public Duration pause() {
        return pause;
    }

    @Override
    public CompletionStage<?> step() {
        FileHistory file = board.pick(random.nextInt(1 << 16));
        int dice = random.nextInt(100);
        DFile open = file == opened ? handle : null;
        if (dice < 40) {
            return put(file);
        } else if (dice < 44) {
            return caller.change(
                    file,
                    new Change.Delete(Change.ANY_GENERATION),
                    false,
                    () -> caller.files().delete(file.name()));
        } else if (dice < 55) {
            return caller.stat(file);
        } else if (dice < 70 || open == null) {
            return caller.ask(file, null, () -> caller.files().open(file.name(), "r"), found -> {
                opened = file;
                handle = found;
                return null;
            });
        }
        return readBlock(file, open);
    }

    private CompletionStage<?> put(FileHistory file) {
        long id = MixedLane.nextId();
        return caller.change(
                file,
                new Change.Replace(WriteMode.REPLACE, SCALE.model(id, BLOCKS)),
                false,
                () -> caller.files().write(file.name(), ByteBuffer.wrap(SCALE.real(id, BLOCKS)), WriteMode.REPLACE));
    }

    private CompletionStage<?> readBlock(FileHistory file, DFile open) {
        long offset = (long) random.nextInt(BLOCKS) * SCALE.blockBytes();
        return caller.ask(
                file,
                null,
                () -> open.readAt(offset, SCALE.blockBytes()),
                bytes -> new Seen.Content(open.generation(), repeated(SCALE.modelOf(bytes))));
    }

    private static Bytes repeated(Bytes block) {
        ByteBuffer all = ByteBuffer.allocate(block.byteCount() * BLOCKS);
        while (all.hasRemaining()) {
            all.put(block.buffer());
        }
        return Bytes.of(all.array());
    }
}
