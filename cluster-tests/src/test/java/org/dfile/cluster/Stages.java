package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.dfile.client.DFileException;
import org.dfile.model.Failure;

/** Waits for stages, never for ever. */
public final class Stages {

    /** Above every deadline that a test sets: a stage that is not complete by then never will be. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private Stages() {}

    public static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the stage failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("the stage is not complete after " + PATIENCE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** As {@link #get}, for what may be asked again when its deadline has passed without an answer. */
    public static <T> T untilKnown(Supplier<CompletionStage<T>> ask) {
        Instant end = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(end)) {
            CompletionStage<T> stage = ask.get();
            boolean unknown = get(stage.handle((value, error) ->
                    error != null && DFileException.failureOf(error).orElse(null) instanceof Failure.TimedOut));
            if (!unknown) {
                return get(stage);
            }
        }
        throw new AssertionError("no answer in " + PATIENCE);
    }

    public static void getAll(Collection<? extends CompletionStage<?>> stages) {
        stages.forEach(Stages::get);
    }

    /** Waits for the stage to fail and returns why. Failing without a {@link Failure} is a failure of the test. */
    public static Failure failureOf(CompletionStage<?> stage) {
        try {
            Object value = stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return fail("the stage completed with %s instead of failing", value);
        } catch (ExecutionException e) {
            return DFileException.failureOf(e)
                    .orElseThrow(() -> new AssertionError("failed without a Failure: " + e.getCause(), e.getCause()));
        } catch (TimeoutException e) {
            throw new AssertionError("the stage is not complete after " + PATIENCE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    public static <F extends Failure> F failure(CompletionStage<?> stage, Class<F> type) {
        Failure failure = failureOf(stage);
        assertThat(failure).as(failure.message()).isInstanceOf(type);
        return type.cast(failure);
    }
}
