package org.dfile.replication.batch;

import org.dfile.model.Outcome;
import org.dfile.model.SessionId;

/** One change that a batch executes, with its result. */
record Executed(SessionId session, long number, Outcome outcome) {}
