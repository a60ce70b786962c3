/** One suite for what a replica's disk does, held by the volume of a node and by the disk of the simulator alike. */
@NullMarked
package org.dfile.cluster.contract;

import org.jspecify.annotations.NullMarked;
