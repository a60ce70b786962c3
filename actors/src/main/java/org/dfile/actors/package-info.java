/**
 * The actors of a node: {@link org.dfile.actors.FileServerActor} with one actor per open file. They take messages, ask
 * {@link org.dfile.replication.batch} what to do, start the work on the disk and answer.
 */
@NullMarked
package org.dfile.actors;

import org.jspecify.annotations.NullMarked;
