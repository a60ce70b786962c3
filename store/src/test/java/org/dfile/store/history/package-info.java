/** A reference model of the store in memory, and random histories that are told to both and compared. */
@NullMarked
package org.dfile.store.history;

import org.jspecify.annotations.NullMarked;
