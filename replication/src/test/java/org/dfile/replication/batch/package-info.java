/** Tests of what an open file decides. */
@NullMarked
package org.dfile.replication.batch;

import org.jspecify.annotations.NullMarked;
