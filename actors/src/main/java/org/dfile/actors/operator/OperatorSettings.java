package org.dfile.actors.operator;

import com.typesafe.config.Config;
import java.time.Duration;
import org.dfile.actors.settings.Section;

/** Typed view of {@code dfile.operator}; what each means stands in {@code reference.conf}. */
public record OperatorSettings(int maxQuestions, Duration peerTimeout) {

    public static OperatorSettings from(Config root) {
        Section section = Section.of(root, "dfile.operator");
        return new OperatorSettings(section.count("max-questions"), section.duration("peer-timeout"));
    }
}
