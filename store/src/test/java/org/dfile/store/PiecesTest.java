package org.dfile.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dfile.store.TestVolume.KIB;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How small writes are kept, so that reading stays fast however a file was written. */
class PiecesTest {

    private static final FileName NAME = FileName.of("f");

    @TempDir
    Path directory;

    private final Random random = new Random(1);

    private byte[] random(int byteCount) {
        byte[] bytes = new byte[byteCount];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void append_manySmallPieces_areFoldedAtEachWindow() throws Exception {
        byte[] content = random(300 * KIB);
        try (TestVolume volume = new TestVolume(directory)) {
            volume.apply(NAME, new Operation.Create());
            int at = 0;
            while (at < content.length) {
                int to = Math.min(content.length, at + 50 + random.nextInt(500));
                volume.apply(NAME, write(at, Arrays.copyOfRange(content, at, to)));
                at = to;
            }
            assertThat(volume.readAll(NAME)).isEqualTo(content);
        }
        List<Extent> extents = extents();
        assertThat(extents).hasSizeLessThan(4 + ExtentEdit.MOST_IN_WINDOW + 1);
        assertThat(extents.subList(0, 4)).allMatch(extent -> extent instanceof Extent.Data);
        assertThat(extents.get(0).byteCount()).isEqualTo(ExtentEdit.WINDOW_BYTES);
    }

    @Test
    void overwrite_manyRandomPlaces_fewExtentsRemain() throws Exception {
        byte[] content = random(128 * KIB);
        try (TestVolume volume = new TestVolume(directory)) {
            volume.create(NAME, content);
            for (int i = 0; i < 1_000; i++) {
                int at = random.nextInt(content.length - 10);
                byte[] bytes = random(10);
                System.arraycopy(bytes, 0, content, at, 10);
                volume.apply(NAME, write(at, bytes));
            }
            assertThat(volume.readAll(NAME)).isEqualTo(content);
        }
        assertThat(extents()).hasSizeLessThanOrEqualTo(2 * ExtentEdit.MOST_IN_WINDOW + 2);
    }

    @Test
    void apply_neighbouringWritesInOneBatch_becomeOnePiece() throws Exception {
        byte[] content = random(30 * 100);
        try (TestVolume volume = new TestVolume(directory)) {
            List<Operation> operations = new ArrayList<>(List.of(new Operation.Create()));
            for (int i = 0; i < 30; i++) {
                operations.add(write(i * 100L, Arrays.copyOfRange(content, i * 100, (i + 1) * 100)));
            }
            volume.apply(NAME, operations.toArray(new Operation[0]));
            assertThat(volume.readAll(NAME)).isEqualTo(content);
        }
        assertThat(extents()).containsExactly(new Extent.Inline(0, 3_000, 0, 3_000, 0));
    }

    private static Operation write(long offset, byte[] bytes) {
        return new Operation.WriteInline(offset, Bytes.of(bytes));
    }

    private List<Extent> extents() throws Exception {
        List<Extent> extents = new ArrayList<>();
        Path records = new VolumeDirectory(directory).database();
        try (Database database = Database.open(records, TestVolume.smallSettings(), Safeguards.ALL);
                Database.View view = database.latest()) {
            FileRecord file = Objects.requireNonNull(new Records().file(view, NAME));
            try (ExtentTable table = new ExtentTable(view, file.id())) {
                for (Extent extent = table.first(0); extent != null; extent = table.next()) {
                    extents.add(extent);
                }
            }
        }
        return extents;
    }
}
