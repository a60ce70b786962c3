/**
 * Files of a DFile cluster for Java code: {@link org.dfile.client.DFileSystem} finds and manages them, {@link
 * org.dfile.client.DFile} is one open file. Every operation is asynchronous and speaks plain values.
 */
@NullMarked
package org.dfile.client;

import org.jspecify.annotations.NullMarked;
