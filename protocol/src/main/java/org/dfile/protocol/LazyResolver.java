package org.dfile.protocol;

import java.util.function.Supplier;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.jspecify.annotations.Nullable;

/** Writes and reads actor addresses. Found at first use: serializers are made before the actor system has started. */
final class LazyResolver implements Supplier<ActorRefResolver> {

    private final ExtendedActorSystem system;
    private volatile @Nullable ActorRefResolver resolver;

    LazyResolver(ExtendedActorSystem system) {
        this.system = system;
    }

    @Override
    public ActorRefResolver get() {
        ActorRefResolver known = resolver;
        if (known == null) {
            known = ActorRefResolver.get(Adapter.toTyped(system));
            resolver = known;
        }
        return known;
    }
}
