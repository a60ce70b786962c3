/** Real node processes under real faults while clients work, and the proof afterwards that nothing was lost. */
@NullMarked
package org.dfile.cluster.thrash;

import org.jspecify.annotations.NullMarked;
