/** Tests of the slots of a host. */
@NullMarked
package org.dfile.actors.slots;

import org.jspecify.annotations.NullMarked;
