/** What all commands share: where they run, where they print, tables, JSON and exit codes. */
@NullMarked
package org.dfile.manager.console;

import org.jspecify.annotations.NullMarked;
