package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The volume takes one write of a file at a time; a second one would end the file's actor. */
class OneWriteTest {

    private final OneWrite oneWrite = new OneWrite();
    private final List<String> begun = new ArrayList<>();

    private void begin(String write) {
        oneWrite.begin(() -> begun.add(write));
    }

    @Test
    void begin_anotherIsUnderWay_waitsForItsEnd() {
        begin("repair");
        begin("accept");
        assertThat(begun).containsExactly("repair");
        oneWrite.ended();
        assertThat(begun).containsExactly("repair", "accept");
        begin("promote");
        assertThat(begun).hasSize(2);
        oneWrite.ended();
        assertThat(begun).containsExactly("repair", "accept", "promote");
    }

    @Test
    void begin_nothingUnderWay_isAtOnce() {
        begin("accept");
        oneWrite.ended();
        begin("promote");
        assertThat(begun).containsExactly("accept", "promote");
    }
}
