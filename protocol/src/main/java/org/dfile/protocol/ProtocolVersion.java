package org.dfile.protocol;

/**
 * Which messages a build speaks. Builds with different numbers do not talk about files; each says so by {@link
 * org.dfile.model.Failure.OtherProtocol}.
 *
 * <p>For that, what follows is the same in every version, for ever: {@link AdminRequest.Hello}, {@link
 * AdminRequest.GetStatus}, {@link AdminRequest.Kill}, {@link AdminReply.Killed}, {@link AdminReply.AdminFailed} with that
 * failure, and the names in {@link NodePaths}. A node of another version can thus always be recognised and stopped.
 */
public final class ProtocolVersion {

    /**
     * Raised whenever the bytes of another message change. Builds from before there was a number count as 0.
     */
    public static final int CURRENT = 3;

    private ProtocolVersion() {}
}
