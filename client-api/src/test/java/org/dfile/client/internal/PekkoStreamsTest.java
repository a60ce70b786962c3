package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dfile.client.internal.Stages.failure;
import static org.dfile.client.internal.Stages.get;
import static org.dfile.client.internal.Stages.random;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.dfile.client.DFileSystem;
import org.dfile.client.pekko.DFileStreams;
import org.dfile.model.Failure;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PekkoStreamsTest {

    private static final int MIB = 1 << 20;
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final FakeCluster cluster = new FakeCluster(1);
    private final DFileSystem files = cluster.connect();

    @AfterEach
    void close() {
        files.close();
    }

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void sinkThenSource_isTheSame() {
        List<ByteString> pieces = IntStream.range(0, 500)
                .mapToObj(i -> ByteString.fromArray(random(i * 40)))
                .toList();
        Receipt receipt =
                get(Source.from(pieces).runWith(DFileStreams.sink(files, "f", WriteMode.REPLACE), KIT.system()));
        ByteString all = pieces.stream().reduce(ByteString.emptyByteString(), ByteString::concat);
        assertThat(receipt.byteCount()).isEqualTo(all.size());
        ByteString back = get(DFileStreams.source(files, "f")
                .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), KIT.system()));
        assertThat(back.toArray()).isEqualTo(all.toArray());
    }

    @Test
    void source_cancelledEarly_readsABoundedPart() {
        get(files.write("f", new byte[60 * MIB]));
        cluster.calls.clear();
        get(DFileStreams.source(files, "f").take(1).runWith(Sink.ignore(), KIT.system()));
        assertThat(cluster.calls).hasSizeLessThan(40);
    }

    @Test
    void source_ofNothing_fails() {
        assertThat(failure(DFileStreams.source(files, "none").runWith(Sink.ignore(), KIT.system())))
                .isInstanceOf(Failure.NoSuchFile.class);
    }

    @Test
    void sink_ofAFailingStream_publishesNothing() {
        Source<ByteString, ?> broken = Source.from(List.of(ByteString.fromArray(new byte[3 * MIB])))
                .concat(Source.failed(new IllegalStateException("source broke")));
        assertThatThrownBy(() -> get(broken.runWith(DFileStreams.sink(files, "f", WriteMode.REPLACE), KIT.system())))
                .hasRootCauseMessage("source broke");
        assertThat(get(files.exists("f"))).isFalse();
    }
}
