package org.dfile.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.dfile.model.Ballot;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.Operation;
import org.dfile.model.Slot;
import org.dfile.model.replica.StateId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A volume as one of several replicas, and short ways to tell it what others say. */
abstract class ReplicaTestCase {

    static final FileName NAME = FileName.of("f");
    static final Slot SLOT = NAME.slot();
    static final StateId FIRST = id(1, 1);
    static final StateId SECOND = id(1, 2);

    @TempDir
    Path directory;

    TestVolume volume;

    @BeforeEach
    void open() throws Exception {
        volume = new TestVolume(directory);
    }

    @AfterEach
    void close() throws Exception {
        volume.close();
    }

    static Ballot ballot(long round) {
        return new Ballot(round, new HostId("a"), new Life(1, 1));
    }

    /** Returns the state that {@link TestVolume#batch} makes of that version. */
    static StateId id(long generation, long seq) {
        FileVersion version = new FileVersion(generation, seq);
        return new StateId(version, TestVolume.hash(version));
    }

    static StateId id(FileState state) {
        return new StateId(state.version(), state.hash());
    }

    AcceptResult accept(Ballot ballot, StateId before, Operation... operations) throws StoreException {
        return TestVolume.await(
                volume.store.accept(NAME, ballot, before, TestVolume.batch(before.version(), operations), false));
    }

    AcceptResult acceptAndPromote(Ballot ballot, StateId before, Operation... operations) throws StoreException {
        return TestVolume.await(
                volume.store.accept(NAME, ballot, before, TestVolume.batch(before.version(), operations), true));
    }

    PromoteResult promote(Ballot ballot, StateId id) throws StoreException {
        return TestVolume.await(volume.store.promote(NAME, ballot, id));
    }

    static Operation write(String text) {
        return new Operation.WriteInline(0, Bytes.of(text.getBytes(UTF_8)));
    }

    static byte[] content(int byteCount) {
        byte[] content = new byte[byteCount];
        new Random(byteCount).nextBytes(content);
        return content;
    }

    long dataFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("data"))) {
            return files.count();
        }
    }
}
