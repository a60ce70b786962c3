/** Tests of a node's actors, on a store in memory that can be held up and made to fail. */
@NullMarked
package org.dfile.actors;

import org.jspecify.annotations.NullMarked;
