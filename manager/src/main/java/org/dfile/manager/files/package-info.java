/** The commands on files. */
@NullMarked
package org.dfile.manager.files;

import org.jspecify.annotations.NullMarked;
