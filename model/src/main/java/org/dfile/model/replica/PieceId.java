package org.dfile.model.replica;

import java.util.UUID;

/** Names bytes that a coordinator sends ahead of the batch that will name them. Never used twice. */
public record PieceId(UUID value) {

    /** Bytes that nobody has sent ahead: they are fetched by their place in the batch. */
    public static final PieceId NONE = new PieceId(new UUID(0, 0));

    @Override
    public String toString() {
        return value.toString();
    }
}
