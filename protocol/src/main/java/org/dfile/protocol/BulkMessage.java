package org.dfile.protocol;

/** A message that carries file bytes, or may: {@link BulkSerializer} carries it. */
public non-sealed interface BulkMessage extends WireMessage {}
