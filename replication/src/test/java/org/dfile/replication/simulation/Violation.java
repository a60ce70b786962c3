package org.dfile.replication.simulation;

/** A check has gone red. */
final class Violation extends AssertionError {

    private static final long serialVersionUID = 1;

    private final Rule rule;

    /** What is checked. */
    enum Rule {
        /** No two lives use one ballot (I1). */
        BALLOTS,
        /** A promise that was spoken of is on disk, and nothing is done below it (I2). */
        PROMISE,
        /** Each state is built on the one chosen before (I3, I4). */
        HISTORY,
        /** One batch per version is chosen, and nobody is told before (I5, I18). */
        CHOICE,
        /** A stamp takes effect once, and its outcome is the stored one (I8). */
        EXACTLY_ONCE,
        /** A read sees all that was acknowledged before it began (I7). */
        READS,
        /** Two replicas of one version are equal, byte for byte. */
        CONTENT,
        /** The core has reported that replicas disagree (I18). */
        DIVERGENCE,
        /** One order of the calls explains all answers. */
        LINEARIZABILITY,
        /** Once faults have stopped everything is answered and replicas become equal. */
        CONVERGENCE;

        /** Whether it takes more to see it than what clients are told, and whether all goes on. */
        boolean isInside() {
            return this != READS && this != LINEARIZABILITY && this != CONVERGENCE && this != DIVERGENCE;
        }
    }

    Violation(Rule rule, String detail) {
        super(rule + ": " + detail);
        this.rule = rule;
    }

    Rule rule() {
        return rule;
    }
}
