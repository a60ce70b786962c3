package org.dfile.actors;

import static org.dfile.actors.Node.A;

import org.dfile.model.Change;
import org.dfile.model.Limits;

/** A test of one file of one node. */
abstract class OpenFileTestCase extends NodeTestCase {

    static final int LARGE = Limits.CHECKSUM_BLOCK_BYTES + 1;

    final Node node = node("max-waiting-per-file = 4, max-reads-per-file = 3, gap-timeout = 300ms");

    /** The file is there, and a batch of session 9 under way, which stays so until accepts are released. */
    long beginCommitting() {
        node.receipt(node.apply(A, 8, 1, new Change.Create(false, false)));
        return node.beginCommitting();
    }
}
