package org.dfile.client.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFileSystem;

/** Finds a cluster. */
public final class Connector {

    private Connector() {}

    public static CompletionStage<DFileSystem> connect(ClientSettings settings) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("not yet: " + settings.contacts()));
    }
}
