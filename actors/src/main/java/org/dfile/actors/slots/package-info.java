/** The slots of a host: who leads them, who lives, how a lost vote comes back, how replicas are kept alike. */
@NullMarked
package org.dfile.actors.slots;

import org.jspecify.annotations.NullMarked;
