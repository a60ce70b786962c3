package org.dfile.model;

import java.util.UUID;

/** The identity of one client's series of changes to one file: 128 random bits. */
public record SessionId(UUID value) {

    @Override
    public String toString() {
        return value.toString();
    }
}
