/** Tests of the store. */
@NullMarked
package org.dfile.store;

import org.jspecify.annotations.NullMarked;
