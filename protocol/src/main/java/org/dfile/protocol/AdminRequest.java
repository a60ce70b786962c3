package org.dfile.protocol;

import org.apache.pekko.actor.typed.ActorRef;

/** The rare questions of managers and of clients that connect. */
public sealed interface AdminRequest extends ControlMessage, NodeRequest {

    /**
     * A client's first word: proves the way back, and fetches the host list. Answered by {@link AdminReply.Welcome}, or
     * {@link AdminReply.AdminFailed} if the node speaks another protocol.
     */
    record Hello(String clientVersion, int protocol, ActorRef<AdminReply> replyTo) implements AdminRequest {

        /** From a client that speaks what this build speaks. */
        public static Hello from(String clientVersion, ActorRef<AdminReply> replyTo) {
            return new Hello(clientVersion, ProtocolVersion.CURRENT, replyTo);
        }
    }

    /** Answered by {@link AdminReply.NodeStatus}, or {@link AdminReply.AdminFailed} if the node speaks another protocol. */
    record GetStatus(int protocol, ActorRef<AdminReply> replyTo) implements AdminRequest {

        /** From somebody who speaks what this build speaks. */
        public static GetStatus from(ActorRef<AdminReply> replyTo) {
            return new GetStatus(ProtocolVersion.CURRENT, replyTo);
        }
    }

    /**
     * Begins a scrub unless one is under way. Answered by {@link AdminReply.ScrubStarted} or {@link
     * AdminReply.AdminFailed}; how far it is stands in {@link AdminReply.NodeStatus}.
     *
     * @param token the admin token of the cluster; never shown in {@link #toString}
     */
    record StartScrub(String token, ActorRef<AdminReply> replyTo) implements AdminRequest {
        @Override
        public String toString() {
            return "StartScrub[" + replyTo + "]";
        }
    }

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
