/**
 * What one host keeps on disk: a {@link org.dfile.store.FileStore} on one volume. Acknowledged means fsynced; whatever
 * is read was checked against its checksum. Knows nothing of actors, messages or other hosts.
 */
@NullMarked
package org.dfile.store;

import org.jspecify.annotations.NullMarked;
