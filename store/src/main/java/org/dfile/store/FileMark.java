package org.dfile.store;

/** What is remembered of a file beside its history, durably, until its volume is replaced. */
public enum FileMark {
    /** Two committed states of one version were seen (I18): the file has stopped. */
    DIVERGED,
    /** An operator accepted that acknowledged changes of it may be lost (I10). */
    LOSS_ACCEPTED
}
