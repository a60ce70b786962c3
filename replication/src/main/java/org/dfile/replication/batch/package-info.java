/**
 * What an open file decides: which changes make up the next step of its history, and how each of them is judged. No
 * actor, no disk, no clock, no randomness: equal inputs give equal outputs.
 */
@NullMarked
package org.dfile.replication.batch;

import org.jspecify.annotations.NullMarked;
