package org.dfile.model.replica;

import org.dfile.model.StagedBytes;

/** Staged bytes as a batch names them on its way between hosts; each host has them in its own store. */
public record NamedPiece(PieceId id, int byteCount, int crc32c) implements StagedBytes {}
