/**
 * Whole clusters of the real machines in one thread, with a simulated network, simulated disks and a clock of its own: the
 * same seed gives the same run. docs/architecture.md names the invariants that are checked after every step.
 */
@NullMarked
package org.dfile.replication.simulation;

import org.jspecify.annotations.NullMarked;
