package org.dfile.cluster;

import org.dfile.client.DFileSystem;

/** Changes that go on until told to stop, and what must be there afterwards. */
interface Load {

    /** Returns how many changes were acknowledged so far; throws if one failed as it must not. */
    int acknowledged();

    /** Stops, and waits for what is under way. */
    void finish();

    /** Asserts that everything acknowledged is there, and nothing that cannot be. */
    void verify(DFileSystem reader);
}
