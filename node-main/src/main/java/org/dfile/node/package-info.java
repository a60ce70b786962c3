/** The process of one host: settings, start, ready line, stop in order, exit codes. */
@NullMarked
package org.dfile.node;

import org.jspecify.annotations.NullMarked;
