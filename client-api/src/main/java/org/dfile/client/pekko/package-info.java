/** Files as sources and sinks of Pekko Streams; the only place of this module where Pekko's types are public. */
@NullMarked
package org.dfile.client.pekko;

import org.jspecify.annotations.NullMarked;
