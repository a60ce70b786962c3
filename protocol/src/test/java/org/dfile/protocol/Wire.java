package org.dfile.protocol;

import java.io.NotSerializableException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** A started actor system with the serializers as they are bound in it, closed after the test class. */
final class Wire implements AutoCloseable {

    /** A message on its way. */
    record Frame(int serializer, String manifest, ByteBuffer bytes) {}

    private final ActorSystem<Void> system = ActorSystem.create(
            Behaviors.empty(), NodePaths.CLIENT_SYSTEM, RemotingConfig.client("", 0, "127.0.0.1", 0));
    private final Serialization serialization = SerializationExtension.get(Adapter.toClassic(system));

    Map<String, WireMessage> samples() {
        return Samples.messages(ActorRefResolver.get(system));
    }

    WireMessage sample(String name) {
        return Objects.requireNonNull(samples().get(name), name);
    }

    SerializerWithStringManifest serializerOf(WireMessage message) {
        return (SerializerWithStringManifest) find(message.getClass());
    }

    BulkSerializer bulk() {
        return (BulkSerializer) find(BulkMessage.class);
    }

    ControlSerializer control() {
        return (ControlSerializer) find(ControlMessage.class);
    }

    private Serializer find(Class<?> type) {
        try {
            return serialization.serializerFor(type);
        } catch (NotSerializableException e) {
            throw new AssertionError(type + " is bound to no serializer", e);
        }
    }

    Frame encode(WireMessage message) {
        SerializerWithStringManifest serializer = serializerOf(message);
        return new Frame(
                serializer.identifier(), serializer.manifest(message), ByteBuffer.wrap(serializer.toBinary(message)));
    }

    /** Decodes as the receiving side of a connection does. */
    Object decode(Frame frame) {
        return serialization
                .deserialize(frame.bytes().array(), frame.serializer(), frame.manifest())
                .get();
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }
}
