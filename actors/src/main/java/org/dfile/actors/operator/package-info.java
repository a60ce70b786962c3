/** What a node answers its operator about copies, and does for the host list. */
@NullMarked
package org.dfile.actors.operator;

import org.jspecify.annotations.NullMarked;
