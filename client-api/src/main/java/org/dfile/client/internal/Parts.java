package org.dfile.client.internal;

import java.util.concurrent.Executor;
import org.dfile.model.FileName;

/** What the operations of one client work with. */
record Parts(
        Questions questions,
        FileSessions sessions,
        Budget budget,
        int chunksInFlight,
        int maxLineBytes,
        Callbacks callbacks,
        Executor localIo) {

    Window window() {
        return new Window(budget, chunksInFlight);
    }

    ChunkReader reader(FileName name, long generation, long offset, long limit) {
        return new ChunkReader(questions, budget, chunksInFlight, name, generation, offset, limit);
    }
}
