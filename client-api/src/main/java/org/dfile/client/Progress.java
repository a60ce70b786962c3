package org.dfile.client;

/** Is told how far a copy is. Calls come one after the other, on the callback executor; what it throws is ignored. */
@FunctionalInterface
public interface Progress {

    /** For those who do not want to know. */
    Progress NONE = (doneBytes, totalBytes) -> {};

    /**
     * Some more bytes are through.
     *
     * @param doneBytes never falls
     * @param totalBytes as known when the copy began
     */
    void at(long doneBytes, long totalBytes);
}
