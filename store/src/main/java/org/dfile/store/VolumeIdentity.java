package org.dfile.store;

import org.dfile.model.ClusterId;
import org.dfile.model.HostId;
import org.dfile.model.VolumeId;

/** Whose volume it is. Written when it is formatted, compared whenever it is opened. */
public record VolumeIdentity(ClusterId cluster, HostId host, VolumeId volume) {}
