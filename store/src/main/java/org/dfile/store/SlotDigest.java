package org.dfile.store;

import org.dfile.model.Slot;

/**
 * What two replicas compare to see whether they hold the same committed states of a slot: if number and sum are equal,
 * they do (up to the chance that two sums of 64 bits are equal).
 *
 * @param records names with a record, tombstones included
 * @param sum over them, of a hash of name, version and chain hash
 */
public record SlotDigest(Slot slot, long records, long sum) {}
