package org.dfile.store.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.store.FileState;
import org.dfile.store.FileStore;
import org.dfile.store.ListResult;
import org.dfile.store.ReadResult;
import org.dfile.store.StoreException;

/** Asks a store for what the model knows, and fails where they differ. */
public final class Comparison {

    private Comparison() {}

    /** Compares all there is to ask: every file whole, the list, the sums. */
    public static void all(FileStore store, Model model) throws StoreException {
        for (FileName name : model.names()) {
            file(store, name, model.file(name));
        }
        list(store, model, "", "", Integer.MAX_VALUE);
        assertThat(store.usage().files()).as("files").isEqualTo(model.fileCount());
        assertThat(store.usage().bytes()).as("sum of lengths").isEqualTo(model.lengthSum());
    }

    public static void file(FileStore store, FileName name, ModelFile expected) throws StoreException {
        FileState found = store.state(name).map(ModelFile::sorted).orElse(ModelFile.NONE.state());
        assertThat(found).as("state of %s", name).isEqualTo(expected.state());
        range(store, name, expected, 0, Integer.MAX_VALUE);
    }

    static void anyRange(FileStore store, FileName name, ModelFile expected, Random random) throws StoreException {
        int from = random.nextInt(expected.length() + 10);
        range(store, name, expected, from, random.nextInt(2 * expected.length() + 10));
    }

    private static void range(FileStore store, FileName name, ModelFile expected, int offset, int byteCount)
            throws StoreException {
        ReadResult found = store.read(name, offset, byteCount);
        assertThat(found.exists()).as("%s exists", name).isEqualTo(expected.exists());
        assertThat(found.version()).as("version of %s", name).isEqualTo(expected.version());
        assertThat(found.length()).as("length of %s", name).isEqualTo(expected.length());
        int from = Math.min(offset, expected.length());
        int to = (int) Math.min((long) from + byteCount, expected.length());
        assertThat(content(found.bytes())).as("%s from %d on", name, offset).isEqualTo(expected.range(from, to));
    }

    private static byte[] content(Bytes bytes) {
        byte[] content = new byte[bytes.byteCount()];
        bytes.buffer().get(content);
        return content;
    }

    static void list(FileStore store, Model model, String prefix, String after, int limit) throws StoreException {
        List<FileName> names = model.names(prefix, after);
        ListResult page = store.list(prefix, after, limit);
        int count = Math.min(limit, names.size());
        assertThat(page.more()).as("more than %d names", limit).isEqualTo(count < names.size());
        assertThat(page.entries().stream().map(entry -> entry.status().name()))
                .as("names with '%s' after '%s'", prefix, after)
                .isEqualTo(names.subList(0, count));
        for (ListResult.Entry entry : page.entries()) {
            FileName name = entry.status().name();
            ModelFile expected = model.file(name);
            assertThat(entry.status().version()).as("listed %s", name).isEqualTo(expected.version());
            assertThat(entry.exists()).isEqualTo(expected.exists());
            assertThat(entry.status().length()).isEqualTo(expected.length());
        }
    }
}
