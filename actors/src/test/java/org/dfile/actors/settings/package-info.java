/** Tests of how settings are read. */
@NullMarked
package org.dfile.actors.settings;

import org.jspecify.annotations.NullMarked;
