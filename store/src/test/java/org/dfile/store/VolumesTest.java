package org.dfile.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dfile.store.TestVolume.IDENTITY;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dfile.model.ClusterId;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.VolumeId;
import org.dfile.store.VolumeRefusedException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which directory is taken for a volume, and which is refused (I9). */
class VolumesTest {

    private static final StoreSettings SETTINGS = TestVolume.smallSettings();
    private static final VolumeIdentity OTHER_CLUSTER =
            new VolumeIdentity(new ClusterId(new UUID(9, 9)), IDENTITY.host(), IDENTITY.volume());
    private static final VolumeIdentity OTHER_HOST =
            new VolumeIdentity(IDENTITY.cluster(), new HostId("other"), IDENTITY.volume());
    private static final VolumeIdentity OTHER_VOLUME =
            new VolumeIdentity(IDENTITY.cluster(), IDENTITY.host(), new VolumeId(new UUID(9, 9)));

    @TempDir
    Path directory;

    private static FileStore open(Path path, VolumeIdentity identity) throws StoreException {
        return Volumes.open(path, identity, SETTINGS, failure -> {});
    }

    private static void assertRefused(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        VolumeRefusedException.class,
                        refused -> assertThat(refused.reason())
                                .as(refused.getMessage())
                                .isEqualTo(reason));
    }

    @Test
    void open_emptyOrMissingDirectory_amnesiacAndUntouched() throws Exception {
        assertRefused(Reason.AMNESIAC, () -> open(directory, IDENTITY));
        assertRefused(Reason.AMNESIAC, () -> open(directory.resolve("missing"), IDENTITY));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void open_foreignVolume_refusedNamingBoth() throws Exception {
        Volumes.format(directory, IDENTITY, SETTINGS);
        assertRefused(Reason.OTHER_CLUSTER, () -> open(directory, OTHER_CLUSTER));
        assertRefused(Reason.OTHER_HOST, () -> open(directory, OTHER_HOST));
        assertRefused(Reason.OTHER_VOLUME, () -> open(directory, OTHER_VOLUME));
        assertThatThrownBy(() -> open(directory, OTHER_HOST))
                .hasMessageContaining("host a")
                .hasMessageContaining("host other");
    }

    @Test
    void open_twice_inUse() throws Exception {
        Volumes.format(directory, IDENTITY, SETTINGS);
        try (FileStore store = open(directory, IDENTITY)) {
            assertThat(store.bootCount()).isEqualTo(1);
            assertRefused(Reason.IN_USE, () -> open(directory, IDENTITY));
        }
        open(directory, IDENTITY).close();
    }

    @Test
    void open_whileAnotherProcessHasIt_inUse() throws Exception {
        Volumes.format(directory, IDENTITY, SETTINGS);
        try (StoreProcess process = StoreProcess.start(List.of(), directory, Integer.MAX_VALUE)) {
            assertThat(process.line()).isEqualTo("BOOT 1");
            assertRefused(Reason.IN_USE, () -> open(directory, IDENTITY));
        }
        try (FileStore store = open(directory, IDENTITY)) {
            assertThat(store.bootCount()).isEqualTo(2);
        }
    }

    @Test
    void format_again_doesNothing() throws Exception {
        try (TestVolume volume = new TestVolume(directory)) {
            volume.create(FileName.of("f"), new byte[10]);
        }
        Volumes.format(directory, IDENTITY, SETTINGS);
        try (FileStore store = open(directory, IDENTITY)) {
            assertThat(store.usage().files()).isEqualTo(1);
        }
        assertRefused(Reason.OTHER_VOLUME, () -> Volumes.format(directory, OTHER_VOLUME, SETTINGS));
    }

    @Test
    void format_directoryWithFiles_refused() throws Exception {
        Files.writeString(directory.resolve("letter.txt"), "dear");
        assertRefused(Reason.NOT_A_VOLUME, () -> Volumes.format(directory, IDENTITY, SETTINGS));
        assertRefused(Reason.NOT_A_VOLUME, () -> open(directory, IDENTITY));
    }

    @Test
    void format_freshFileSystemOrInterruptedFormat_isTaken() throws Exception {
        Files.createDirectory(directory.resolve("lost+found"));
        Files.createFile(directory.resolve("FORMATTING"));
        Files.createDirectory(directory.resolve("db"));
        Files.writeString(directory.resolve("db/CURRENT"), "half");
        assertRefused(Reason.AMNESIAC, () -> open(directory, IDENTITY));
        Volumes.format(directory, IDENTITY, SETTINGS);
        open(directory, IDENTITY).close();
        assertThat(directory.resolve("FORMATTING")).doesNotExist();
    }

    @Test
    void open_recordsLostOrOfAnotherVolume_damaged() throws Exception {
        Path other = directory.resolve("other");
        Path volume = directory.resolve("volume");
        Volumes.format(other, OTHER_VOLUME, SETTINGS);
        Volumes.format(volume, IDENTITY, SETTINGS);
        Files.move(volume.resolve("db"), directory.resolve("lost"));
        assertRefused(Reason.DAMAGED, () -> open(volume, IDENTITY));
        Files.move(other.resolve("db"), volume.resolve("db"));
        assertRefused(Reason.DAMAGED, () -> open(volume, IDENTITY));
    }

    @Test
    void open_identityUnreadable_damaged() throws Exception {
        Volumes.format(directory, IDENTITY, SETTINGS);
        Files.writeString(directory.resolve("VOLUME"), "dfile volume 1\ncluster x\n");
        assertRefused(Reason.DAMAGED, () -> open(directory, IDENTITY));
    }
}
