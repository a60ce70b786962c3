/** Brings a cluster up and down, and says how it is. */
@NullMarked
package org.dfile.manager.cluster;

import org.jspecify.annotations.NullMarked;
