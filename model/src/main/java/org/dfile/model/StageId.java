package org.dfile.model;

import java.util.UUID;

/** The identity of bytes that were sent ahead and wait to be published as a whole file: 128 random bits. */
public record StageId(UUID value) {

    @Override
    public String toString() {
        return value.toString();
    }
}
