package org.dfile.actors.transfer;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.dfile.model.Bytes;
import org.dfile.model.FileState;
import org.dfile.model.Limits;
import org.dfile.model.replica.Committed;
import org.dfile.store.IncomingState;
import org.dfile.store.StoreException;

/** Takes the bytes of a state. Ranges that are all zeros are left out: they become holes. */
final class StateSink implements Sink {

    private static final ByteBuffer ZEROS = ByteBuffer.allocate(Limits.MAX_CHUNK_BYTES);

    private final Committed committed;
    private final FileState state;
    private final IncomingState incoming;
    private final int rangeBytes;

    StateSink(Committed committed, FileState state, IncomingState incoming, int rangeBytes) {
        this.committed = committed;
        this.state = state;
        this.incoming = incoming;
        this.rangeBytes = rangeBytes;
    }

    @Override
    public Iterator<RangeWindow.Range> plan() {
        return new Iterator<>() {
            private long offset;

            @Override
            public boolean hasNext() {
                return offset < state.length();
            }

            @Override
            public RangeWindow.Range next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int byteCount = (int) Math.min(rangeBytes, state.length() - offset);
                RangeWindow.Range range = new RangeWindow.Range(0, offset, byteCount);
                offset += byteCount;
                return range;
            }
        };
    }

    @Override
    public void keep(RangeWindow.Range range, Bytes bytes) throws StoreException {
        if (!bytes.buffer().equals(ZEROS.slice(0, bytes.byteCount()))) {
            incoming.write(range.offset(), bytes);
        }
    }

    @Override
    public Fetched result() {
        return new Fetched.State(committed, state, incoming);
    }

    @Override
    public void giveUp() throws StoreException {
        incoming.close();
    }
}
