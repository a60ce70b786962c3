/**
 * How the replicas of a file agree on its history: ballots per slot, one batch in flight per file, catch-up by state
 * (docs/architecture.md). Decisions only: no actor, no disk, no clock, no randomness; equal inputs give equal outputs.
 */
@NullMarked
package org.dfile.replication;

import org.jspecify.annotations.NullMarked;
