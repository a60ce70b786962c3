package org.dfile.store;

import org.dfile.model.Bytes;
import org.dfile.model.FileVersion;

/** Bytes of one committed state. {@code exists} is false for a tombstone or a name never created; then all is 0. */
public record ReadResult(boolean exists, FileVersion version, long length, Bytes bytes) {}
