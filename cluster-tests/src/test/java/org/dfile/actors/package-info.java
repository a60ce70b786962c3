/** The side of a contract that needs what is hidden in this package. */
@NullMarked
package org.dfile.actors;

import org.jspecify.annotations.NullMarked;
