package org.dfile.actors;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.actors.slots.SlotsMessage;
import org.dfile.model.FileName;
import org.dfile.model.Slot;

/** Slots of which the files are being closed, so that what comes next opens them anew. Used by the file server alone. */
final class Reopenings {

    private record Reopening(Set<FileName> open, ActorRef<SlotsMessage.Reopened> replyTo) {}

    private final OpenFiles files;
    private final Map<Slot, Reopening> bySlot = new HashMap<>();

    Reopenings(OpenFiles files) {
        this.files = files;
    }

    void begin(FileServerMessage.Reopen request) {
        Slot slot = request.slot();
        bySlot.put(slot, new Reopening(new HashSet<>(files.reopen(slot)), request.replyTo()));
        answer(slot);
    }

    /** The actor of a file has left. */
    void gone(FileName name) {
        Reopening reopening = bySlot.get(name.slot());
        if (reopening != null) {
            reopening.open().remove(name);
            answer(name.slot());
        }
    }

    private void answer(Slot slot) {
        Reopening reopening = bySlot.get(slot);
        if (reopening != null && reopening.open().isEmpty()) {
            bySlot.remove(slot);
            reopening.replyTo().tell(new SlotsMessage.Reopened(slot));
        }
    }
}
