/**
 * What all parts of DFile talk about, as plain values: file names, slots, placement, host list, versions, bytes with
 * their checksum, changes and their outcomes, failures. Knows nothing but the JDK; everything here is immutable.
 */
@NullMarked
package org.dfile.model;

import org.jspecify.annotations.NullMarked;
