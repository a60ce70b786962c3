package org.dfile.protocol;

/** Names under which nodes and clients find each other's actors. */
public final class NodePaths {

    /** Name of a node's actor system. */
    public static final String NODE_SYSTEM = "dfile";

    /** Name of a client's actor system. */
    public static final String CLIENT_SYSTEM = "dfile-client";

    /** Actor of a node that takes {@link FileRequest}, {@link ListRequest} and {@link AdminRequest}. */
    public static final String FILES = "files";

    /**
     * Actor of a node that takes file requests with much data, and actor of a client that takes replies with much data:
     * what goes there travels on a connection of its own and holds up nothing small.
     */
    public static final String BULK = "bulk";

    /** Actor of a node that takes {@link org.dfile.protocol.peer.SlotPeerMessage}. */
    public static final String SLOTS = "slots";

    /**
     * Actors of a node that take file requests of clients which another node passes on, because it takes this one for the
     * leader of the slot; such a request is not passed on again. The second is for those with much data.
     */
    public static final String FORWARDED = "forwarded";

    public static final String FORWARDED_BULK = "forwarded-bulk";

    /** Actor of a node that takes {@link OperatorRequest}. */
    public static final String OPERATOR = "operator";

    /** Actor of a client that takes replies. */
    public static final String REPLIES = "replies";

    /** A message with more bytes than this, or whose reply may have, goes to {@link #BULK}. */
    public static final int BULK_THRESHOLD_BYTES = 64 << 10;

    private NodePaths() {}
}
