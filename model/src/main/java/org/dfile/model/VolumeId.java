package org.dfile.model;

import java.util.UUID;

/** The identity of one formatted volume. A wiped disk that is formatted again is another volume. */
public record VolumeId(UUID value) {

    public static VolumeId of(String text) {
        return new VolumeId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
