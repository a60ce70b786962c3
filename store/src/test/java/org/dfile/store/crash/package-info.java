/** Every way in which a crash may leave the folder of a volume: recorded from below, rebuilt, opened and checked. */
@NullMarked
package org.dfile.store.crash;

import org.jspecify.annotations.NullMarked;
