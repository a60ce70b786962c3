/** How a client does its work: requests, numbered changes, ordering, streams. Nothing here is for use by others. */
@NullMarked
package org.dfile.client.internal;

import org.jspecify.annotations.NullMarked;
