package org.dfile.model;

/** One row of the formed host list. The volume id binds the host to the disk it was formed with. */
public record Host(HostId id, HostAddress address, VolumeId volume) {}
