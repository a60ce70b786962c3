package org.dfile.actors;

import java.nio.file.Path;
import java.time.Instant;
import org.dfile.model.HostId;

/**
 * Who this node is.
 *
 * @param volume folder of its volume, as its operator knows it
 */
public record NodeInfo(HostId self, String version, Instant startedAt, Path volume) {}
