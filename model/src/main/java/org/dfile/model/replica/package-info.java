/** What a replica knows of a file and of a slot, and what replicas say to each other of them, as plain values. */
@NullMarked
package org.dfile.model.replica;

import org.jspecify.annotations.NullMarked;
