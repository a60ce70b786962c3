package org.dfile.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dfile.store.TestVolume.batch;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a {@link FileStore} answers about its files, and how it ends. */
class FileAnswersTest extends FileStoreTestCase {

    @Nested
    class Read {
        @Test
        void read_nothingThere_doesNotExist() throws Exception {
            assertThat(volume.store.read(NAME, 0, 10))
                    .isEqualTo(new ReadResult(false, FileVersion.NONE, 0, Bytes.EMPTY));
            volume.create(NAME, bytes("x"));
            volume.apply(NAME, new Operation.Delete());
            assertThat(volume.store.read(NAME, 0, 10))
                    .isEqualTo(new ReadResult(false, new FileVersion(1, 2), 0, Bytes.EMPTY));
        }

        @Test
        void read_aroundTheEnd_isCut() throws Exception {
            volume.create(NAME, bytes("hello"));
            assertThat(volume.read(NAME, 3, 10)).isEqualTo(bytes("lo"));
            assertThat(volume.read(NAME, 5, 10)).isEmpty();
            assertThat(volume.read(NAME, Long.MAX_VALUE, Integer.MAX_VALUE)).isEmpty();
            assertThat(volume.read(NAME, 1, 0)).isEmpty();
            assertThat(volume.store.read(NAME, 9, 1).length()).isEqualTo(5);
        }

        @Test
        void read_anything_checksumIsThatOfTheBytes() throws Exception {
            volume.create(NAME, random(300_000));
            ReadResult result = volume.store.read(NAME, 1_000, 150_000);
            assertThat(result.bytes().intact()).isTrue();
            assertThat(result.bytes().byteCount()).isEqualTo(150_000);
        }

        @Test
        void read_negativeOffset_isRefusedAsMistake() {
            assertThatThrownBy(() -> volume.store.read(NAME, -1, 1)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void read_farBeyondABigHole_zeros() throws Exception {
            volume.create(NAME, bytes("a"));
            volume.apply(NAME, write(1L << 52, bytes("b")));
            assertThat(volume.read(NAME, (1L << 52) - 2, 10)).isEqualTo(bytes("\0\0b"));
            assertThat(volume.read(NAME, 0, 3)).isEqualTo(bytes("a\0\0"));
        }
    }

    @Nested
    class Listing {
        @Test
        void list_manyNames_inByteOrderByPrefixAndPage() throws Exception {
            for (String name : List.of("b", "a/2", "a/1", "a", "é", "a/10", "a-", "\uD83D\uDE00")) {
                volume.create(FileName.of(name), bytes(name));
            }
            volume.apply(FileName.of("a/10"), new Operation.Delete());

            assertThat(names(volume.store.list("", "", 100)))
                    .containsExactly("a", "a-", "a/1", "a/10", "a/2", "b", "é", "\uD83D\uDE00");
            assertThat(names(volume.store.list("a/", "", 100))).containsExactly("a/1", "a/10", "a/2");
            assertThat(names(volume.store.list("a/", "a/10", 100))).containsExactly("a/2");
            assertThat(names(volume.store.list("a/", "z", 100))).isEmpty();
            assertThat(names(volume.store.list("a/", "A", 100))).containsExactly("a/1", "a/10", "a/2");
            assertThat(names(volume.store.list("nothing", "", 100))).isEmpty();
        }

        @Test
        void list_limit_tellsWhetherThereIsMore() throws Exception {
            volume.create(NAME, bytes("x"));
            volume.create(OTHER, bytes("yy"));
            ListResult page = volume.store.list("dir", "", 1);
            assertThat(page.more()).isTrue();
            assertThat(names(page)).containsExactly(NAME.toString());
            ListResult rest = volume.store.list("dir", NAME.toString(), 1);
            assertThat(rest.more()).isFalse();
            assertThat(rest.entries().get(0).status().length()).isEqualTo(2);
        }

        @Test
        void list_tombstone_isShownAsSuch() throws Exception {
            volume.create(NAME, bytes("x"));
            volume.apply(NAME, new Operation.Delete());
            ListResult.Entry entry = volume.store.list("", "", 10).entries().get(0);
            assertThat(entry.exists()).isFalse();
            assertThat(entry.status().version()).isEqualTo(new FileVersion(1, 2));
        }

        private List<String> names(ListResult result) {
            return result.entries().stream()
                    .map(entry -> entry.status().name().toString())
                    .toList();
        }
    }

    @Nested
    class Usage {
        @Test
        void usage_filesWrittenOverwrittenAndDeleted_sumsFollow() throws Exception {
            volume.create(NAME, random(200_000));
            volume.create(OTHER, random(100));
            assertUsage(2, 200_100, 200_100);

            volume.apply(NAME, write(1_000, random(50)));
            assertUsage(2, 200_100, 200_100);
            volume.apply(OTHER, new Operation.Truncate(1_000));
            assertUsage(2, 201_000, 200_100);
            volume.apply(NAME, new Operation.Truncate(70_000));
            assertUsage(2, 71_000, 70_100);
            volume.reopen();
            assertUsage(2, 71_000, 70_100);
            volume.apply(NAME, new Operation.Delete());
            volume.apply(OTHER, new Operation.Delete());
            assertUsage(0, 0, 0);
        }

        private void assertUsage(long files, long byteCount, long liveBytes) {
            VolumeUsage usage = volume.store.usage();
            assertThat(usage.files()).isEqualTo(files);
            assertThat(usage.bytes()).isEqualTo(byteCount);
            assertThat(usage.liveBytes()).isEqualTo(liveBytes);
            assertThat(usage.freeBytes()).isPositive();
        }
    }

    @Nested
    class Closing {
        @Test
        void close_again_doesNothing() throws Exception {
            volume.store.close();
            volume.store.close();
            assertThatThrownBy(() -> volume.store.state(NAME)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> volume.store.apply(NAME, FileVersion.NONE, batch(FileVersion.NONE)))
                    .isInstanceOf(IllegalStateException.class);
        }

        @Test
        void close_appliesUnderWay_areFinished() throws Exception {
            List<CompletionStage<FileState>> stages = IntStream.range(0, 100)
                    .mapToObj(i -> volume.store.apply(
                            FileName.of("f" + i), FileVersion.NONE, batch(FileVersion.NONE, new Operation.Create())))
                    .toList();
            volume.reopen();
            for (CompletionStage<FileState> stage : stages) {
                assertThat(TestVolume.await(stage).exists()).isTrue();
            }
            assertThat(volume.store.list("", "", 1_000).entries()).hasSize(100);
        }

        @Test
        void reopen_again_bootCountRises() throws Exception {
            assertThat(volume.store.bootCount()).isEqualTo(1);
            volume.reopen();
            assertThat(volume.store.bootCount()).isEqualTo(2);
        }
    }
}
