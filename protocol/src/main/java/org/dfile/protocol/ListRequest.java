package org.dfile.protocol;

import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.model.Limits;
import org.dfile.model.ListId;

/**
 * Asks a host for its names in order: those that start with {@code prefix} and come after {@code after}, either of which
 * may be empty. Answered by {@link ListReply}.
 */
public record ListRequest(long id, ListId list, String prefix, String after, int limit, ActorRef<ListReply> replyTo)
        implements ControlMessage, NodeRequest {

    public ListRequest {
        if (limit < 1 || limit > Limits.LIST_PAGE_NAMES) {
            throw new IllegalArgumentException("limit " + limit + " is not in 1.." + Limits.LIST_PAGE_NAMES);
        }
    }
}
