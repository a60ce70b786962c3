package org.dfile.protocol;

/**
 * Whatever may cross from one process to another. Every message is either a {@link ControlMessage} or a {@link
 * BulkMessage}; the serializers are bound to these two and to nothing wider.
 */
public sealed interface WireMessage permits ControlMessage, BulkMessage, FileRequest, FileReply {}
