/** The side of a contract that needs what is hidden in this package. */
@NullMarked
package org.dfile.replication.simulation;

import org.jspecify.annotations.NullMarked;
