package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dfile.client.internal.Stages.failure;
import static org.dfile.client.internal.Stages.get;
import static org.dfile.client.internal.Stages.random;
import static org.dfile.client.internal.Stages.utf8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import org.awaitility.Awaitility;
import org.dfile.client.DFile;
import org.dfile.client.DFileException;
import org.dfile.client.DFileOutputStream;
import org.dfile.client.DFileSystem;
import org.dfile.model.Failure;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StreamsTest {

    private static final int MIB = 1 << 20;

    private final FakeCluster cluster = new FakeCluster(1);
    private final DFileSystem files = cluster.connect();

    @AfterEach
    void close() {
        files.close();
    }

    /** Takes what it asked for and remembers it. */
    private static final class Collector<T> implements Flow.Subscriber<T> {
        final List<T> elements = Collections.synchronizedList(new ArrayList<>());
        final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription.complete(newSubscription);
        }

        @Override
        public void onNext(T element) {
            elements.add(element);
        }

        @Override
        public void onError(Throwable error) {
            end.completeExceptionally(error);
        }

        @Override
        public void onComplete() {
            end.complete(null);
        }

        void request(long count) {
            get(subscription).request(count);
        }
    }

    @Nested
    class Input {

        @Test
        void read_givesEveryByteThenMinusOne() throws IOException {
            get(files.write("f", new byte[] {0, 1, (byte) 0xFF}));
            try (InputStream in = files.inputStream("f")) {
                assertThat(in.read()).isZero();
                assertThat(in.read()).isEqualTo(1);
                assertThat(in.read()).isEqualTo(255);
                assertThat(in.read()).isEqualTo(-1);
                assertThat(in.read()).isEqualTo(-1);
                assertThat(in.read(new byte[3])).isEqualTo(-1);
                assertThat(in.read(new byte[0])).isZero();
            }
        }

        @Test
        void read_mayBeShortAndNeverTouchesTheRest() throws IOException {
            byte[] content = random(MIB + 10);
            get(files.write("f", content));
            byte[] target = new byte[MIB + 100];
            try (InputStream in = files.inputStream("f")) {
                assertThat(in.read(target, 5, MIB + 50)).isEqualTo(MIB);
                assertThat(in.read(target, 5 + MIB, 50)).isEqualTo(10);
                assertThat(target).startsWith(0, 0, 0, 0, 0).endsWith(new byte[85]);
            }
        }

        @Test
        void wholeFile_ofManyChunks() throws IOException {
            byte[] content = random(12 * MIB + 1);
            get(files.write("f", content));
            try (InputStream in = files.inputStream("f")) {
                assertThat(in.readAllBytes()).isEqualTo(content);
            }
        }

        @Test
        void missingFile_isAnIoExceptionWithTheFailure() {
            assertThatThrownBy(() -> files.inputStream("none").read())
                    .isInstanceOf(IOException.class)
                    .satisfies(error ->
                            assertThat(DFileException.failureOf(error)).containsInstanceOf(Failure.NoSuchFile.class));
        }

        @Test
        void closed_refusesToRead() throws IOException {
            get(files.write("f", new byte[1]));
            InputStream in = files.inputStream("f");
            in.close();
            assertThatThrownBy(in::read).isInstanceOf(IOException.class);
        }

        @Test
        void deletedMeanwhile_endsWithAnError() throws IOException {
            get(files.write("f", new byte[20 * MIB]));
            try (InputStream in = files.inputStream("f")) {
                in.read();
                get(files.delete("f"));
                assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class);
            }
        }
    }

    @Nested
    class Output {

        @Test
        void close_publishesAllOfIt() throws IOException {
            byte[] content = random(3 * MIB + 7);
            DFileOutputStream out = files.outputStream("f", WriteMode.CREATE_NEW);
            out.write(content[0]);
            out.write(content, 1, 2 * MIB);
            out.flush();
            assertThat(get(files.exists("f"))).isFalse();
            out.write(content, 2 * MIB + 1, content.length - 2 * MIB - 1);
            assertThatThrownBy(out::receipt).isInstanceOf(IllegalStateException.class);
            out.close();
            out.close();
            assertThat(out.receipt().byteCount()).isEqualTo(content.length);
            assertThat(get(files.readAll("f"))).isEqualTo(content);
        }

        @Test
        void small_takesOneRoundTrip() throws IOException {
            try (OutputStream out = files.outputStream("f", WriteMode.REPLACE)) {
                for (int i = 0; i < 1_000; i++) {
                    out.write(i);
                }
            }
            assertThat(cluster.calls).hasSize(1);
        }

        @Test
        void empty_makesAnEmptyFile() throws IOException {
            files.outputStream("f", WriteMode.REPLACE).close();
            assertThat(get(files.stat("f")).length()).isZero();
        }

        @Test
        void discard_publishesNothing() throws IOException {
            try (DFileOutputStream out = files.outputStream("f", WriteMode.REPLACE)) {
                out.write(new byte[2 * MIB]);
                out.discard();
                assertThatThrownBy(() -> out.write(1)).isInstanceOf(IOException.class);
            }
            assertThat(get(files.exists("f"))).isFalse();
        }

        @Test
        void close_ofWhatMayNotBe_isAnIoException() throws IOException {
            get(files.write("f", new byte[1]));
            DFileOutputStream out = files.outputStream("f", WriteMode.CREATE_NEW);
            out.write(1);
            assertThatThrownBy(out::close)
                    .isInstanceOf(IOException.class)
                    .satisfies(error ->
                            assertThat(DFileException.failureOf(error)).containsInstanceOf(Failure.FileExists.class));
        }
    }

    @Nested
    class Publishing {

        @Test
        void nothingRequested_nothingIsRead() {
            get(files.write("f", new byte[3 * MIB]));
            cluster.calls.clear();
            Collector<ByteBuffer> collector = new Collector<>();
            files.publisher("f").subscribe(collector);
            get(collector.subscription);
            assertThat(cluster.calls).isEmpty();
        }

        @Test
        void requested_exactlySoMuchComes_andABoundedNumberIsReadAhead() {
            get(files.write("f", new byte[60 * MIB]));
            cluster.calls.clear();
            Collector<ByteBuffer> collector = new Collector<>();
            files.publisher("f").subscribe(collector);
            collector.request(2);
            Awaitility.await().until(() -> collector.elements.size() == 2);
            Awaitility.await()
                    .during(Duration.ofMillis(100))
                    .until(() -> collector.elements.size() == 2 && cluster.calls.size() <= 2 + 8);
            collector.request(Long.MAX_VALUE);
            get(collector.end);
            assertThat(collector.elements).hasSize(60);
        }

        @Test
        void eachSubscriber_getsTheWholeFile() {
            byte[] content = random(2 * MIB + 1);
            get(files.write("f", content));
            Flow.Publisher<ByteBuffer> publisher = files.publisher("f");
            for (int i = 0; i < 2; i++) {
                Collector<ByteBuffer> collector = new Collector<>();
                publisher.subscribe(collector);
                collector.request(100);
                get(collector.end);
                ByteBuffer all = ByteBuffer.allocate(content.length);
                collector.elements.forEach(all::put);
                assertThat(all.array()).isEqualTo(content);
            }
        }

        @Test
        void cancelled_staysSilent() {
            get(files.write("f", new byte[5 * MIB]));
            Collector<ByteBuffer> collector = new Collector<>();
            files.publisher("f").subscribe(collector);
            collector.request(1);
            Awaitility.await().until(() -> collector.elements.size() == 1);
            get(collector.subscription).cancel();
            collector.request(10);
            Awaitility.await()
                    .during(Duration.ofMillis(100))
                    .until(() -> collector.elements.size() == 1 && !collector.end.isDone());
        }

        @Test
        void requestOfNothing_isAnError() {
            Collector<ByteBuffer> collector = new Collector<>();
            files.publisher("f").subscribe(collector);
            collector.request(0);
            Awaitility.await().until(collector.end::isCompletedExceptionally);
        }

        @Test
        void missingFile_isAnErrorWithTheFailure() {
            Collector<ByteBuffer> collector = new Collector<>();
            files.publisher("none").subscribe(collector);
            collector.request(1);
            assertThat(failure(collector.end)).isInstanceOf(Failure.NoSuchFile.class);
        }

        @Test
        void lines_startAtTheCursorAndLeaveIt() {
            get(files.write("f", "a\nbb\r\n\nlast".getBytes(StandardCharsets.UTF_8)));
            DFile file = get(files.open("f", "r"));
            get(file.readLine());
            Collector<String> collector = new Collector<>();
            file.lines().subscribe(collector);
            collector.request(Long.MAX_VALUE);
            get(collector.end);
            assertThat(collector.elements).containsExactly("bb", "", "last");
            assertThat(get(file.tell())).isEqualTo(2);
        }

        @Test
        void lines_ofManyChunks_areWhole() {
            StringBuilder text = new StringBuilder();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 100_000; i++) {
                String line = "line " + i + " äöü";
                expected.add(line);
                text.append(line).append('\n');
            }
            get(files.write("f", text.toString().getBytes(StandardCharsets.UTF_8)));
            DFile file = get(files.open("f", "r"));
            Collector<String> collector = new Collector<>();
            file.lines().subscribe(collector);
            collector.request(Long.MAX_VALUE);
            get(collector.end);
            assertThat(collector.elements).isEqualTo(expected);
        }
    }

    @Nested
    class Subscribing {

        @Test
        void write_fromAPublisher_publishesAtItsEnd() {
            CompletionStage<Receipt> written;
            try (SubmissionPublisher<ByteBuffer> source = new SubmissionPublisher<>()) {
                written = files.write("f", source, WriteMode.REPLACE);
                for (int i = 0; i < 300; i++) {
                    source.submit(ByteBuffer.wrap(random(10_000)));
                }
                assertThat(cluster.nodeOf("f").exists("f")).isFalse();
            }
            assertThat(get(written).byteCount()).isEqualTo(3_000_000);
            assertThat(get(files.stat("f")).length()).isEqualTo(3_000_000);
        }

        @Test
        void failingPublisher_publishesNothing() {
            SubmissionPublisher<ByteBuffer> source = new SubmissionPublisher<>();
            CompletionStage<Receipt> written = files.write("f", source, WriteMode.REPLACE);
            source.submit(utf8("x"));
            source.closeExceptionally(new IllegalStateException("source broke"));
            assertThatThrownBy(() -> get(written)).hasRootCauseMessage("source broke");
            assertThat(get(files.exists("f"))).isFalse();
        }
    }
}
