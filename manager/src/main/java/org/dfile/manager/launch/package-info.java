/** Reaches hosts, on this machine or over SSH, and starts and stops node processes there. */
@NullMarked
package org.dfile.manager.launch;

import org.jspecify.annotations.NullMarked;
