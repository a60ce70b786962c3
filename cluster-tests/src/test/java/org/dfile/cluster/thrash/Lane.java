package org.dfile.cluster.thrash;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** One call after the other of one client. */
interface Lane {

    /** Makes the next call. The stage completes, well in any case, when its outcome is noted. */
    CompletionStage<?> step();

    /** How long to wait between two calls: nodes that start need a part of the processors. */
    Duration pause();
}
