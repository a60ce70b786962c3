/** Tests of the encoded forms of batches and states. */
@NullMarked
package org.dfile.protocol.peer;

import org.jspecify.annotations.NullMarked;
