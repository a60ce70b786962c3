package org.dfile.model;

import java.time.Instant;

/** What there is to know of one file without reading it. */
public record FileStatus(FileName name, FileVersion version, long length, Instant created, Instant modified) {}
