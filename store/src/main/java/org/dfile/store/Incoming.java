package org.dfile.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.FileState;

/** {@link IncomingState} made of staged bytes. */
final class Incoming implements IncomingState {

    /** Bytes at an offset. */
    record Range(long offset, Staged bytes) {
        long end() {
            return offset + bytes.byteCount();
        }
    }

    private final FileName name;
    private final FileState state;
    private final Stager stager;
    private final Replicas replicas;
    private final Gate gate;
    private final List<Range> ranges = new ArrayList<>();
    private long end;

    Incoming(FileName name, FileState state, Stager stager, Replicas replicas, Gate gate) {
        this.name = name;
        this.state = state;
        this.stager = stager;
        this.replicas = replicas;
        this.gate = gate;
    }

    @Override
    public void write(long offset, Bytes bytes) throws StoreException {
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
    public CompletionStage<InstallResult> install() {
        return gate.stage(() -> replicas.install(name, state, List.copyOf(ranges)));
    }

    /** Bytes that were installed belong to the file already. */
    @Override
    public void close() throws StoreException {
        gate.call(() -> {
            for (Range range : ranges) {
                stager.release(range.bytes());
            }
            return ranges.size();
        });
        ranges.clear();
    }
}
