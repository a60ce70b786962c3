package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.dfile.model.Failure;
import org.junit.jupiter.api.Test;

class VerdictTest {

    /** Failures that only a client makes; a host has no reason to send them. */
    private static final Set<Class<?>> CLIENTS_OWN = Set.of(
            Failure.TimedOut.class,
            Failure.NoReturnPath.class,
            Failure.ClusterUnreachable.class,
            Failure.ClientBusy.class,
            Failure.TooLongToHold.class,
            Failure.PartlyWritten.class,
            Failure.ListingIncomplete.class,
            Failure.ClientClosed.class,
            Failure.LocalFileFailed.class);

    @Test
    void every_failureOfAHost_hasAVerdict() {
        assertThat(Failure.class.getPermittedSubclasses())
                .filteredOn(type -> type != Failure.Judged.class)
                .allSatisfy(type -> assertThat(Verdict.knows(type) || CLIENTS_OWN.contains(type))
                        .as(type.getSimpleName())
                        .isTrue());
    }

    @Test
    void every_judgedFailure_isJudged() {
        assertThat(Failure.Judged.class.getPermittedSubclasses())
                .isNotEmpty()
                .allSatisfy(type -> assertThat(Verdict.ofType(type)).isEqualTo(Verdict.JUDGED));
    }
}
