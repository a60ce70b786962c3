/** Both ends of a transfer: whole states and batches that one replica reads from another by ranges. */
@NullMarked
package org.dfile.actors.transfer;

import org.jspecify.annotations.NullMarked;
