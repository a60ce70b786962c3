package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.dfile.client.DFile;
import org.dfile.client.DFileSystem;
import org.dfile.client.ListPage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FirstTest {

    private static <T> T get(java.util.concurrent.CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everything_simple_works(@TempDir Path dir) throws Exception {
        FakeCluster cluster = new FakeCluster(3);
        try (DFileSystem fs = cluster.connect()) {
            get(fs.write("a/b", "hello\nworld".getBytes(StandardCharsets.UTF_8)));
            assertThat(get(fs.readAll("a/b"))).asString().isEqualTo("hello\nworld");
            DFile f = get(fs.open("a/b", "r+"));
            assertThat(get(f.readLine())).hasValue("hello");
            assertThat(get(f.tell())).isEqualTo(6);
            assertThat(get(f.readLine())).hasValue("world");
            assertThat(get(f.readLine())).isEmpty();
            f.seek(0);
            f.write(utf8("HE"));
            f.write(utf8("LL"));
            assertThat(StandardCharsets.UTF_8.decode(get(f.readAll())).toString())
                    .isEqualTo("o\nworld");
            get(f.append(utf8("!")));
            assertThat(get(f.size())).isEqualTo(12);
            get(f.close());
            byte[] big = new byte[10 * 1024 * 1024 + 17];
            new Random(1).nextBytes(big);
            get(fs.write("big", big));
            assertThat(get(fs.readAll("big"))).isEqualTo(big);
            Path local = dir.resolve("x");
            assertThat(get(fs.copyOut("big", local))).isEqualTo(big.length);
            assertThat(Files.readAllBytes(local)).isEqualTo(big);
            get(fs.copyIn(local, "copy"));
            assertThat(get(fs.readAll("copy"))).isEqualTo(big);
            DFile g = get(fs.open("long", "w"));
            get(g.write(ByteBuffer.wrap(big)));
            get(g.close());
            try (var in = fs.inputStream("long")) {
                assertThat(in.readAllBytes()).isEqualTo(big);
            }
            try (var out = fs.outputStream("out", org.dfile.model.WriteMode.CREATE_NEW)) {
                out.write(big);
            }
            assertThat(get(fs.readAll("out"))).isEqualTo(big);
            get(fs.write("piped", fs.publisher("out"), org.dfile.model.WriteMode.CREATE_NEW));
            assertThat(get(fs.readAll("piped"))).isEqualTo(big);
            ListPage page = get(fs.list(""));
            assertThat(page.files())
                    .extracting(s -> s.name().toString())
                    .containsExactly("a/b", "big", "copy", "long", "out", "piped");
            get(fs.delete("big"));
            assertThat(get(fs.exists("big"))).isFalse();
        }
    }
}
