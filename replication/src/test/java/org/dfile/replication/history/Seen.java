package org.dfile.replication.history;

import org.dfile.model.Bytes;

/** What a client was told. */
public sealed interface Seen {

    /** A change took effect. */
    record Done(long generation, long offset, long byteCount, long length) implements Seen {}

    record NoSuchFile() implements Seen {}

    record FileExists() implements Seen {}

    record Replaced(long generation) implements Seen {}

    /** Answer to a read: there is no file. */
    record Absent() implements Seen {}

    /** Answer to a question for the length. */
    record Status(long generation, long length) implements Seen {}

    /** Answer to a read: the file, whole. */
    record Content(long generation, Bytes bytes) implements Seen {}

    /** Answer to a read that does not tell the generation: the file, whole. */
    record Text(Bytes bytes) implements Seen {}
}
