package org.dfile.client.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dfile.client.DFileException;
import org.dfile.model.Failure;

/** Waiting for stages, and bytes to write. */
final class Stages {

    private static final long PATIENCE_SECONDS = 20;

    private Stages() {}

    static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Waits for a stage that must fail, and returns why. */
    static Failure failure(CompletionStage<?> stage) {
        try {
            Object value = get(stage);
            throw new AssertionError("expected a failure, got " + value);
        } catch (CompletionException e) {
            if (e.getCause() instanceof DFileException failed) {
                return failed.failure();
            }
            throw new AssertionError("not a DFileException", e.getCause());
        }
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    static byte[] random(int byteCount) {
        byte[] bytes = new byte[byteCount];
        new Random(byteCount).nextBytes(bytes);
        return bytes;
    }

    static byte[] array(ByteBuffer bytes) {
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        return array;
    }
}
