/** What the hosts of a file say about it, and what that means for its operator. */
@NullMarked
package org.dfile.manager.replicas;

import org.jspecify.annotations.NullMarked;
