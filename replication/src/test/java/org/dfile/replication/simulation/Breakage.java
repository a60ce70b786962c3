package org.dfile.replication.simulation;

/** One seam between the machines and what surrounds them, broken on purpose: the checks must notice. */
enum Breakage {
    /** Reads are answered without a round of confirmations (I7). */
    READ_UNCONFIRMED,
    /** Batches go out without the sessions (I8). */
    SESSIONS_NOT_REPLICATED,
    /** A batch is taken for accepted before it is on disk (I11). */
    ACCEPT_BEFORE_DISK,
    /** A promise is taken for durable before it is (I2). */
    PROMISE_NOT_SYNCED,
    /** A wiped disk says "absent" (I9). */
    WIPED_ANSWERS_ABSENT,
    /** A majority of one. */
    QUORUM_OF_ONE,
    /** Accepting a batch does not raise the promise (I2). */
    ACCEPT_RAISES_NO_PROMISE,
    /** Pending batches are kept from who takes over (I6). */
    PENDING_NOT_TOLD,
    /** A read without a coordinator looks at committed states alone (I7). */
    REPORT_WITHOUT_PENDING,
    /** A restarted host takes a ballot of its last life (I1). */
    LIFE_NOT_COUNTED,
    /** A wiped host asks one other instead of all (I10). */
    REJOIN_WITH_ONE_OTHER,
    /** A wiped host leaves pending batches where they are (I10). */
    REJOIN_WITHOUT_PENDING,
    /** A wiped host asks without a promise (I10). */
    REJOIN_WITHOUT_BALLOT,
    /** A wiped host takes a refusal for a promise also in its first ballot, which may be below what its lost disk voted in (I10). */
    REJOIN_TAKES_ANY_REFUSAL,
    /** A tombstone is forgotten without a trace (I15). */
    PURGE_WITHOUT_FLOOR
}
