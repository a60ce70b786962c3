package org.dfile.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.Operation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A volume, and short ways to change its files. */
abstract class FileStoreTestCase {

    static final FileName NAME = FileName.of("dir/file");
    static final FileName OTHER = FileName.of("dir/other");

    @TempDir
    Path directory;

    TestVolume volume;

    @BeforeEach
    void open() throws Exception {
        volume = new TestVolume(directory.resolve("volume"));
    }

    @AfterEach
    void close() throws Exception {
        volume.close();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] random(int byteCount) {
        byte[] bytes = new byte[byteCount];
        new Random(byteCount).nextBytes(bytes);
        return bytes;
    }

    static Operation write(long offset, byte[] bytes) {
        return new Operation.WriteInline(offset, Bytes.of(bytes));
    }
}
