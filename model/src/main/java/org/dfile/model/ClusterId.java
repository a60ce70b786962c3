package org.dfile.model;

import java.util.UUID;

/** The identity of one formed cluster, drawn at its first start. */
public record ClusterId(UUID value) {

    public static ClusterId of(String text) {
        return new ClusterId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
