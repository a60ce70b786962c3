package org.dfile.actors;

import java.time.Instant;
import org.dfile.model.HostId;

/** Who this node is. */
public record NodeInfo(HostId self, String version, Instant startedAt) {}
