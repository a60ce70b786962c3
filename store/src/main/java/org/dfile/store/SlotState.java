package org.dfile.store;

import java.util.Optional;
import org.dfile.model.Ballot;
import org.dfile.model.Slot;

/**
 * What a replica holds of a slot as a whole.
 *
 * @param ordered the highest ballot that was put in order to be promised, on disk or not: none below it is accepted or
 *     confirmed any more (I2); empty if there never was one
 * @param promised the highest ballot whose promise is on disk
 * @param floor highest generation of which a tombstone was purged (I15), on disk or on its way there; 0 for none
 * @param complete whether all records of the slot are here, so that the replica votes for it (I9, I10); true only once that
 *     is on disk
 */
public record SlotState(Slot slot, Optional<Ballot> ordered, Optional<Ballot> promised, long floor, boolean complete) {}
