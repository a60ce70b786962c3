/** Whole clusters under test: several nodes in one JVM, several processes, faults; and the rules of the architecture. */
@NullMarked
package org.dfile.cluster;

import org.jspecify.annotations.NullMarked;
