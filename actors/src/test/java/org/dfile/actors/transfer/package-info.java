/** Tests of transfers between two stores on disk, over links that lose and damage what they carry. */
@NullMarked
package org.dfile.actors.transfer;

import org.jspecify.annotations.NullMarked;
