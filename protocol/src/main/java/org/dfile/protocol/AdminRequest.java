package org.dfile.protocol;

import org.apache.pekko.actor.typed.ActorRef;

/** The rare questions of managers and of clients that connect. */
public sealed interface AdminRequest extends ControlMessage, NodeRequest {

    /** A client's first word: proves the way back, and fetches the host list. Answered by {@link AdminReply.Welcome}. */
    record Hello(String clientVersion, ActorRef<AdminReply> replyTo) implements AdminRequest {}

    /** Answered by {@link AdminReply.NodeStatus}. */
    record GetStatus(ActorRef<AdminReply> replyTo) implements AdminRequest {}

    /**
     * Tells the node to refuse new work, finish what runs, fsync, close, answer and leave. Answered by {@link
     * AdminReply.Killed} when the store is closed, or {@link AdminReply.AdminFailed}.
     *
     * @param token the admin token of the cluster; never shown in {@link #toString}
     */
    record Kill(String token, ActorRef<AdminReply> replyTo) implements AdminRequest {
        @Override
        public String toString() {
            return "Kill[" + replyTo + "]";
        }
    }
}
