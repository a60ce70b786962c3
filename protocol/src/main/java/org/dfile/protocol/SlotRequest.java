package org.dfile.protocol;

/** What a node's actor at {@link NodePaths#SLOTS} takes. The node's own messages extend it. */
public interface SlotRequest {}
