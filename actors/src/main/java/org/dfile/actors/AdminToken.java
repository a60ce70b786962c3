package org.dfile.actors;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The secret that lets a manager stop a node. Never shown. */
public final class AdminToken {

    private final byte[] secret;

    public AdminToken(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("the admin token is blank");
        }
        this.secret = text.getBytes(StandardCharsets.UTF_8);
    }

    /** Takes the same time wherever the first difference is. */
    public boolean matches(String offered) {
        return MessageDigest.isEqual(secret, offered.getBytes(StandardCharsets.UTF_8));
    }
}
