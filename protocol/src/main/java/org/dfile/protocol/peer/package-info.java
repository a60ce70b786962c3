/** What the hosts of a cluster say to each other: rounds of slots and of files, bytes sent ahead, whole states. */
@NullMarked
package org.dfile.protocol.peer;

import org.jspecify.annotations.NullMarked;
