/** The {@code dfile} command line: its entry and its root command. */
@NullMarked
package org.dfile.manager;

import org.jspecify.annotations.NullMarked;
