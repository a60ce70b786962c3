/** Keeps the bytes that a node holds for others within its heap. */
@NullMarked
package org.dfile.actors.memory;

import org.jspecify.annotations.NullMarked;
