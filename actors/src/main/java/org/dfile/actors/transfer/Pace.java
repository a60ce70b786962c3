package org.dfile.actors.transfer;

/** At which rate bytes are fetched. To be used by many threads. */
public interface Pace {

    /** As fast as it goes. */
    Pace UNLIMITED = byteCount -> 0;

    /** Takes room for so many bytes. Returns after how many nanoseconds they may be asked for; 0 for now. */
    long nanosUntil(int byteCount);
}
