/** How a node speaks to the other nodes of its cluster. */
@NullMarked
package org.dfile.actors.peers;

import org.jspecify.annotations.NullMarked;
