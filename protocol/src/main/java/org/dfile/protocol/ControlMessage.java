package org.dfile.protocol;

/** A message without file bytes: Jackson CBOR carries it. */
public non-sealed interface ControlMessage extends WireMessage {}
