package org.dfile.actors.transfer;

import java.util.Iterator;
import org.dfile.model.Bytes;
import org.dfile.store.StoreException;

/** Where the content of a transfer goes. Of one thread at a time. */
interface Sink {

    /** The ranges to be fetched, in the order in which they are to be kept. */
    Iterator<RangeWindow.Range> plan();

    /** Keeps a range. Blocks. */
    void keep(RangeWindow.Range range, Bytes bytes) throws StoreException;

    /** All ranges are kept: hands over what they make. */
    Fetched result();

    /** Gives back what was kept. Blocks. */
    void giveUp() throws StoreException;
}
