/** The host list that a user writes: the wish that {@code up} turns into a cluster. */
@NullMarked
package org.dfile.manager.hosts;

import org.jspecify.annotations.NullMarked;
