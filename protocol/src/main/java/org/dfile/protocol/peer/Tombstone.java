package org.dfile.protocol.peer;

import org.dfile.model.FileName;
import org.dfile.model.FileVersion;

/** What a deletion left of a file. */
public record Tombstone(FileName name, FileVersion version) {}
