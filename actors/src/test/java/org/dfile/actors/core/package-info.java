/** Tests of what an open file decides. */
@NullMarked
package org.dfile.actors.core;

import org.jspecify.annotations.NullMarked;
