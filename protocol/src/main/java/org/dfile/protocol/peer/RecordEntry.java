package org.dfile.protocol.peer;

import java.util.Optional;
import org.dfile.model.FileName;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.Pending;

/** What one replica has of a file, without the bytes. */
public record RecordEntry(FileName name, Committed committed, Optional<Pending> pending) {}
