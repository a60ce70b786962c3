package org.dfile.replication.simulation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Consumer;
import org.dfile.model.replica.FileMessage;

/** Tells a story on a {@link Stage} of three hosts. */
final class Stories {

    private Stories() {}

    /** With all rules nothing breaks. */
    static void survives(Consumer<Stage> story) {
        Stage stage = new Stage(3);
        story.accept(stage);
        stage.end();
    }

    /** The same, with a seam of production code broken: a check must tell. */
    static void isRed(Breakage broken, Consumer<Stage> story) {
        assertThatThrownBy(() -> {
                    Stage stage = new Stage(3, broken);
                    story.accept(stage);
                    stage.end();
                })
                .as("the same with %s", broken)
                .isInstanceOf(Violation.class);
    }

    /** Host 1 proposes an append; host 2 hears nothing of it, and on the way to host 3 it is kept. */
    static Stage.Kept keptFromThree(Stage stage) {
        stage.lead(1);
        stage.cut(1, 2);
        Stage.Kept accepts = stage.keep(sent -> sent.isTo(3) && sent.is(FileMessage.Accept.class));
        stage.append(1, 1, "x");
        stage.until(() -> accepts.count() > 0);
        return accepts;
    }
}
