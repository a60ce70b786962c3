package org.dfile.actors.transfer;

import com.typesafe.config.Config;
import java.time.Duration;
import org.dfile.actors.memory.HeapPart;
import org.dfile.actors.settings.Section;
import org.dfile.model.Limits;

/** Typed view of {@code dfile.transfer}; what each means stands in {@code reference.conf}. */
public record TransferSettings(
        int maxOpen,
        long maxHeadBytes,
        long maxBytesInFlight,
        long maxFetchBytes,
        Duration idleTimeout,
        int rangeBytes,
        int window,
        Duration answerTimeout,
        int attempts) {

    public static TransferSettings from(Config root) {
        Section section = Section.of(root, "dfile.transfer");
        return new TransferSettings(
                section.count("max-open"),
                section.byteCount("max-head-bytes", HeapPart.HEADS),
                section.byteCount("max-bytes-in-flight", HeapPart.RANGES_GIVEN),
                section.byteCount("max-fetch-bytes", HeapPart.RANGES_FETCHED),
                section.duration("idle-timeout"),
                section.byteCount("range-bytes", Limits.MAX_CHUNK_BYTES),
                section.count("window"),
                section.duration("answer-timeout"),
                section.count("attempts"));
    }
}
