package org.dfile.client.pekko;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.AsPublisher;
import org.apache.pekko.stream.javadsl.JavaFlowSupport;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.dfile.client.DFileSystem;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;

/** Files as sources and sinks of Pekko Streams. */
public final class DFileStreams {

    private DFileStreams() {}

    /**
     * Returns a source of a file's bytes from front to end, in elements of up to 1 MiB, read anew for each run. It fails
     * with a {@link org.dfile.client.DFileException}.
     *
     * @throws org.dfile.model.InvalidFileNameException if the name is none
     */
    public static Source<ByteString, NotUsed> source(DFileSystem files, String name) {
        return JavaFlowSupport.Source.fromPublisher(files.publisher(name)).map(ByteString::fromByteBuffer);
    }

    /**
     * Returns a sink that makes what it receives the whole content of a file, in one step when the stream completes; if
     * the stream fails, nothing is published. Its stage completes when the content is on disk.
     */
    public static Sink<ByteString, CompletionStage<Receipt>> sink(DFileSystem files, String name, WriteMode mode) {
        return JavaFlowSupport.Sink.<ByteBuffer>asPublisher(AsPublisher.WITHOUT_FANOUT)
                .mapMaterializedValue(publisher -> files.write(name, publisher, mode))
                .contramap(ByteString::asByteBuffer);
    }
}
