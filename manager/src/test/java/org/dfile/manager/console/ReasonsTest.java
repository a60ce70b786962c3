package org.dfile.manager.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.dfile.client.DFileException;
import org.dfile.model.Failure;
import org.junit.jupiter.api.Test;

final class ReasonsTest {

    @Test
    void of_failureOfTheClient_isItsMessage() {
        Failure failure = new Failure.ClientClosed("test");
        assertThat(Reasons.of(new ExecutionException(new DFileException(failure))))
                .isEqualTo(failure.message());
    }

    @Test
    void of_anythingElse_isWhatItIs() {
        IOException cause = new IOException("gone");
        assertThat(Reasons.of(new ExecutionException(new CompletionException(cause))))
                .isEqualTo("java.io.IOException: gone");
        assertThat(Reasons.of(cause)).isEqualTo("java.io.IOException: gone");
    }
}
