/** Tests of host lists. */
@NullMarked
package org.dfile.actors.hosts;

import org.jspecify.annotations.NullMarked;
