package org.dfile.store;

import java.util.Optional;
import org.dfile.model.Ballot;
import org.dfile.model.Slot;

/**
 * What a replica holds of a slot as a whole.
 *
 * @param promised no ballot below it is accepted or confirmed any more (I2); empty if none was ever promised
 * @param floor highest generation of which a tombstone was purged (I15); 0 for none
 */
public record SlotState(Slot slot, Optional<Ballot> promised, long floor) {}
