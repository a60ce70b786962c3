package org.dfile.client.internal;

import org.dfile.model.HostAddress;
import org.dfile.model.ListId;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.ListReply;

/**
 * Carries calls to hosts and replies back: at most once, in no order that anybody may rely on, without a word when one is
 * lost. Nothing above knows how.
 */
interface Transport extends AutoCloseable {

    /** Where replies end. Called by one thread of the transport or by several; does not block. */
    interface Receiver {
        void onFileReply(FileReply reply);

        void onListReply(ListReply reply);
    }

    /** Names the receiver, once, before the first call is sent. */
    void start(Receiver receiver);

    /**
     * Sends a call; never blocks.
     *
     * @param id comes back with the reply
     * @param list by which the host was chosen
     */
    void send(HostAddress to, long id, ListId list, Call call);

    /**
     * Says that a host has not answered. Whoever listens at its address may by now be another process than before; what is
     * sent from now on is to reach that one. Never blocks.
     */
    default void silent(HostAddress host) {}

    /** Ends it; returns when nothing of it is left, or has been given up. */
    @Override
    void close();
}
