package org.dfile.protocol;

/** What a node's actors at {@link NodePaths#FILES} and {@link NodePaths#BULK} take. The node's own messages extend it. */
public interface NodeRequest {}
