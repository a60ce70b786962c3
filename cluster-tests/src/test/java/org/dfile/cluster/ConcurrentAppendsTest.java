package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.dfile.client.DFile;
import org.dfile.client.DFileSystem;
import org.dfile.model.Bytes;
import org.dfile.model.Receipt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Appends of many to one file: each has a place of its own, and its receipt says which. */
final class ConcurrentAppendsTest {

    private static final int CLIENTS = 3;
    private static final int APPENDS_PER_CLIENT = 120;

    private record Appended(Bytes bytes, CompletionStage<Receipt> receipt) {}

    @Test
    void appends_ofSeveralClients_standWhereTheirReceiptsSay(@TempDir Path folder) throws IOException {
        SplittableRandom random = new SplittableRandom(Seeds.seed("concurrent appends"));
        try (JvmCluster cluster = JvmCluster.start(folder, 5)) {
            List<Appended> appends = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                // Some by name, some through open files, which number their changes on their own.
                DFileSystem files = cluster.connect();
                DFile file = Stages.get(files.open("log", "a"));
                appends.addAll(appendMany(random.split(), bytes -> files.append("log", bytes)));
                appends.addAll(appendMany(random.split(), file::append));
            }
            Stages.getAll(appends.stream().map(Appended::receipt).toList());
            assertNoGapAndNoOverlap(appends, Stages.get(cluster.client().readAll("log")));
        }
    }

    private static List<Appended> appendMany(
            SplittableRandom random, Function<ByteBuffer, CompletionStage<Receipt>> append) {
        List<Appended> appends = new ArrayList<>();
        for (int count = 0; count < APPENDS_PER_CLIENT; count++) {
            byte[] bytes = Seeds.bytes(random, 1 + random.nextInt(count % 20 == 0 ? 300_000 : 2_000));
            appends.add(new Appended(Bytes.of(bytes), append.apply(ByteBuffer.wrap(bytes))));
        }
        return appends;
    }

    private static void assertNoGapAndNoOverlap(List<Appended> appends, byte[] content) {
        List<Appended> inOrder = appends.stream()
                .sorted(Comparator.comparing(
                        append -> Stages.get(append.receipt()).offset()))
                .toList();
        int end = 0;
        for (Appended append : inOrder) {
            Receipt receipt = Stages.get(append.receipt());
            assertThat(receipt.offset()).isEqualTo(end);
            assertThat(receipt.byteCount()).isEqualTo(append.bytes().byteCount());
            assertThat(receipt.crc32c()).isEqualTo(append.bytes().crc32c());
            assertThat(receipt.copies()).isEqualTo(1);
            end += append.bytes().byteCount();
            assertThat(receipt.length()).isEqualTo(end);
            assertThat(content).hasSizeGreaterThanOrEqualTo(end);
            assertThat(ByteBuffer.wrap(
                            content, (int) receipt.offset(), append.bytes().byteCount()))
                    .isEqualTo(append.bytes().buffer());
        }
        assertThat(content).hasSize(end);
    }
}
