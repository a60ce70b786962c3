package org.dfile.actors;

import org.dfile.actors.slots.SlotsMessage;
import org.dfile.model.FileName;

/**
 * Somebody found the replicas of a file to differ: its coordinator asks all of them, also those that said before that they
 * hold its state, and says so once they do. Used by the file's actor alone.
 */
final class Mending {

    private final FileName name;
    private final FileEnvironment environment;
    private boolean wanted;
    private boolean asked;

    Mending(FileName name, FileEnvironment environment) {
        this.name = name;
        this.environment = environment;
    }

    void begin(FileMachine machine) {
        machine.doubtHolders();
        wanted = true;
        asked = false;
    }

    /** Goes on as far as the machine is ready for it; called after each message. */
    void proceed(FileMachine machine) {
        if (wanted && !asked && machine.someBehind()) {
            asked = true;
            machine.resend();
        }
        if (wanted && machine.isHeldByAll()) {
            wanted = false;
            environment.slots().tell(new SlotsMessage.Mended(name));
        }
    }
}
