/** Which host list a node has, and how it comes to a newer one. */
@NullMarked
package org.dfile.actors.hosts;

import org.jspecify.annotations.NullMarked;
