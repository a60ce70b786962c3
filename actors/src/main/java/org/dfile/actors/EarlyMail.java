package org.dfile.actors;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What other hosts send while a file is being opened: what made it open, which would be said again only after a while. What
 * is too much counts as lost, and is said again. Used by the file's actor alone.
 */
final class EarlyMail {

    private final int maxMessages;
    private final List<OpenFileMessage.FromPeer> messages = new ArrayList<>();

    EarlyMail(int maxMessages) {
        this.maxMessages = maxMessages;
    }

    void add(OpenFileMessage.FromPeer message) {
        if (messages.size() < maxMessages) {
            messages.add(message);
        } else {
            message.done();
        }
    }

    /** Hands on what has come, in order, and forgets it. */
    void handOn(Consumer<OpenFileMessage.FromPeer> to) {
        messages.forEach(to);
        messages.clear();
    }
}
