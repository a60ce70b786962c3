/** Tests of the ways between nodes, over real connections on the loopback. */
@NullMarked
package org.dfile.actors.peers;

import org.jspecify.annotations.NullMarked;
