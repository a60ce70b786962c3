package org.dfile.actors;

/** What the actors tell the process they run in. Called on an actor's thread: it must return at once. */
public interface NodeHooks {

    /** An authorised {@code Kill} was carried out and answered: the volume is closed, the process should leave. */
    void killed();

    /** The volume is poisoned (I12): the process must leave as failed. Called once. */
    void storageFailed(String detail);
}
