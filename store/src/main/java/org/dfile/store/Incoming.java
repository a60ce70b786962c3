package org.dfile.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.dfile.model.Ballot;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.FileState;

/** {@link IncomingState} made of staged bytes. Whoever gives it up may do so while another thread still writes. */
final class Incoming implements IncomingState {

    /** Bytes at an offset. */
    record Range(long offset, Staged bytes) {
        long end() {
            return offset + bytes.byteCount();
        }
    }

    private final FileName name;
    private final FileState state;
    private final Ballot known;
    private final Stager stager;
    private final Replicas replicas;
    private final Marks marks;
    private final Gate gate;
    private final List<Range> ranges = new ArrayList<>();
    private long end;
    private boolean closed;

    Incoming(FileName name, FileState state, Ballot known, Stager stager, Replicas replicas, Marks marks, Gate gate) {
        this.name = name;
        this.state = state;
        this.known = known;
        this.stager = stager;
        this.replicas = replicas;
        this.marks = marks;
        this.gate = gate;
    }

    @Override
    public synchronized void write(long offset, Bytes bytes) throws StoreException {
        checkOpen();
        if (offset < end || offset + bytes.byteCount() > state.length()) {
            throw new IllegalArgumentException(bytes.byteCount() + " bytes at " + offset + ": after " + end
                    + " and before the length " + state.length() + " they should be");
        }
        if (bytes.byteCount() > 0) {
            Range range = new Range(offset, gate.call(() -> stager.stage(bytes)));
            ranges.add(range);
            end = range.end();
        }
    }

    @Override
    public synchronized CompletionStage<InstallResult> install(boolean dropPending) {
        checkOpen();
        return gate.stage(() -> {
            marks.check(name);
            return replicas.install(name, state, known, List.copyOf(ranges), dropPending);
        });
    }

    @Override
    public synchronized CompletionStage<Boolean> repair() {
        checkOpen();
        return gate.stage(() -> {
            marks.check(name);
            return replicas.repair(name, state, List.copyOf(ranges));
        });
    }

    /** Its bytes are given back: what was left of the state would be zeros (I14). */
    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("this state of " + name + " was given up");
        }
    }

    /** Bytes that were installed belong to the file already. */
    @Override
    public synchronized void close() throws StoreException {
        closed = true;
        gate.call(() -> {
            for (Range range : ranges) {
                stager.release(range.bytes());
            }
            return ranges.size();
        });
        ranges.clear();
    }
}
