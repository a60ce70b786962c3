package org.dfile.actors;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.dfile.protocol.peer.FilePeerMessage;

/**
 * What other hosts send while a file is being opened: what made it open, which would be said again only after a while. What
 * is too much counts as lost, and is said again. Used by the file's actor alone.
 */
final class EarlyMail {

    private final int maxMessages;
    private final long maxBytes;
    private final List<FilePeerMessage> messages = new ArrayList<>();
    private long bytes;

    EarlyMail(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    void add(FilePeerMessage message) {
        if (messages.size() < maxMessages && bytes + message.payloadBytes() <= maxBytes) {
            messages.add(message);
            bytes += message.payloadBytes();
        }
    }

    /** Hands on what has come, in order, and forgets it. */
    void handOn(Consumer<FilePeerMessage> to) {
        messages.forEach(to);
        messages.clear();
        bytes = 0;
    }
}
