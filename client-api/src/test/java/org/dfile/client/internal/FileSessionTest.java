package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dfile.client.internal.Stages.failure;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.Receipt;
import org.dfile.model.StageId;
import org.dfile.model.WriteMode;
import org.dfile.protocol.FileReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FileSessionTest {

    private static final FileName NAME = FileName.of("f");
    private static final StageId STAGE = new StageId(new UUID(1, 1));

    /** What is being made anew has no deadline of its own, so a bug there must not leave the caller waiting. */
    @Test
    void renewalThatThrows_endsAsTheLossThatItWas() {
        FakeCluster cluster = new FakeCluster(1);
        cluster.rule = (to, call) ->
                new FakeCluster.Fate.AnswerWith(id -> new FileReply.Failed(id, new Failure.StageLost(NAME, STAGE)));
        Engine engine =
                new Engine(cluster, cluster.list(), FakeCluster.settings().build());
        try {
            CompletableFuture<Receipt> answer = engine.parts()
                    .sessions()
                    .submit(NAME, new Change.Publish(WriteMode.REPLACE, STAGE, 1), () -> {
                        throw new IllegalStateException("a bug");
                    });
            assertThat(failure(answer)).isInstanceOf(Failure.StageLost.class);
        } finally {
            engine.close();
        }
    }
}
