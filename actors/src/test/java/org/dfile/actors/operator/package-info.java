/** Tests of what operators ask. */
@NullMarked
package org.dfile.actors.operator;

import org.jspecify.annotations.NullMarked;
