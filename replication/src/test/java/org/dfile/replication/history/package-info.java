/** Whether what clients saw of a file can be explained by one order of their calls (linearizability). */
@NullMarked
package org.dfile.replication.history;

import org.jspecify.annotations.NullMarked;
