package org.dfile.actors.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.dfile.actors.hosts.CurrentHostList.RefusedException;
import org.dfile.model.ClusterId;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.ListId;
import org.dfile.model.VolumeId;
import org.dfile.protocol.HostListFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which list a node takes over, and what it has done when it says that it did. */
final class CurrentHostListTest {

    private static final ClusterId CLUSTER = new ClusterId(new UUID(9, 9));
    private static final HostId SELF = new HostId("h1");
    private static final HostId OTHER = new HostId("h2");
    private static final HostList OURS = list(4, 1, 2, 3);

    @TempDir
    private Path folder;

    private Path file;
    private CurrentHostList current;

    @BeforeEach
    void open() throws IOException {
        file = folder.resolve("host-list.json");
        HostListFile.write(file, OURS);
        current = new CurrentHostList(SELF, OURS, next -> HostListFile.write(file, next));
    }

    /** A list of hosts h1, h2, …, with these volumes. */
    private static HostList list(long version, long... volumes) {
        List<Host> hosts = new ArrayList<>();
        for (int i = 0; i < volumes.length; i++) {
            hosts.add(new Host(
                    new HostId("h" + (i + 1)),
                    new HostAddress("127.0.0.1", 7_401 + i),
                    new VolumeId(new UUID(7, volumes[i]))));
        }
        return new HostList(CLUSTER, version, 2, hosts);
    }

    private void assertRefused(HostList next, String why) throws Exception {
        assertThatThrownBy(() -> current.adopt(next))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(why);
        assertThat(current.list()).isEqualTo(OURS);
        assertThat(HostListFile.read(file)).isEqualTo(OURS);
    }

    @Nested
    class Adopt {

        @Test
        void adopt_volumeOfAnotherHost_isOnDiskAndSpoken() throws Exception {
            HostList next = list(5, 1, 20, 3);

            current.adopt(next);

            assertThat(current.list()).isEqualTo(next);
            assertThat(current.id()).isEqualTo(next.id());
            assertThat(current.get().list()).isEqualTo(next);
            assertThat(HostListFile.read(file)).isEqualTo(next);
            current.adopt(next);
            assertThat(current.list()).isEqualTo(next);
        }

        @Test
        void adopt_twoVersionsAhead_mayReplaceTwoVolumes() throws Exception {
            assertRefused(list(5, 1, 20, 30), "2 volumes");
            current.adopt(list(6, 1, 20, 30));
            assertThat(current.list().version()).isEqualTo(6);
        }

        @Test
        void adopt_whatMayNotFollow_isRefused() throws Exception {
            assertRefused(list(4, 1, 20, 3), "does not follow");
            assertRefused(list(3, 1, 20, 3), "does not follow");
            assertRefused(list(5, 1, 20), "number of hosts");
            assertRefused(list(5, 1, 20, 3, 4), "number of hosts");
            assertRefused(new HostList(CLUSTER, 5, 3, list(5, 1, 20, 3).hosts()), "of copies");
            assertRefused(
                    new HostList(
                            new ClusterId(new UUID(9, 8)),
                            5,
                            2,
                            list(5, 1, 20, 3).hosts()),
                    "of cluster");
            List<Host> moved = new ArrayList<>(OURS.hosts());
            moved.set(1, new Host(OTHER, new HostAddress("127.0.0.1", 1), new VolumeId(new UUID(7, 20))));
            assertRefused(new HostList(CLUSTER, 5, 2, moved), "changes host h2");
        }

        @Test
        void adopt_ownVolumeReplaced_saysThatTheNodeMustLeave() {
            RefusedException refused =
                    catchThrowableOfType(RefusedException.class, () -> current.adopt(list(5, 10, 2, 3)));

            assertThat(refused.ownVolumeReplaced()).isTrue();
            assertThat(current.list()).isEqualTo(OURS);
        }

        @Test
        void adopt_cannotBeWritten_staysWithTheOldList() {
            CurrentHostList broken = new CurrentHostList(SELF, OURS, next -> {
                throw new IOException("EIO");
            });

            assertThatThrownBy(() -> broken.adopt(list(5, 1, 20, 3))).hasMessage("EIO");
            assertThat(broken.list()).isEqualTo(OURS);
        }
    }

    @Nested
    class HeardOf {

        private final AtomicInteger asked = new AtomicInteger();
        private final List<String> replaced = new ArrayList<>();
        private CompletableFuture<HostList> answer = new CompletableFuture<>();

        private NewerLists newer() {
            return new NewerLists(
                    current,
                    host -> {
                        asked.incrementAndGet();
                        return answer;
                    },
                    Runnable::run,
                    replaced::add);
        }

        @Test
        void heardOf_newerList_isAskedForOnceAndTakenOver() {
            NewerLists newer = newer();
            HostList next = list(5, 1, 20, 3);

            newer.heardOf(next.id(), OTHER);
            newer.heardOf(next.id(), OTHER);
            assertThat(asked).hasValue(1);
            answer.complete(next);

            assertThat(current.list()).isEqualTo(next);
            newer.heardOf(next.id(), OTHER);
            assertThat(asked).hasValue(1);
        }

        @Test
        void heardOf_noAnswer_asksAgainTheNextTime() {
            NewerLists newer = newer();
            HostList next = list(5, 1, 20, 3);
            newer.heardOf(next.id(), OTHER);
            answer.completeExceptionally(new IOException("silence"));
            assertThat(current.list()).isEqualTo(OURS);

            answer = CompletableFuture.completedFuture(next);
            newer.heardOf(next.id(), OTHER);
            assertThat(current.list()).isEqualTo(next);
        }

        @Test
        void heardOf_oldOrForeignList_isNotAskedFor() {
            NewerLists newer = newer();
            newer.heardOf(new ListId(CLUSTER, 4), OTHER);
            newer.heardOf(new ListId(CLUSTER, 3), OTHER);
            newer.heardOf(new ListId(new ClusterId(new UUID(9, 8)), 9), OTHER);
            assertThat(asked).hasValue(0);
        }

        @Test
        void heardOf_listWithAnotherVolumeForThisHost_makesTheNodeLeave() {
            answer.complete(list(5, 10, 2, 3));
            newer().heardOf(new ListId(CLUSTER, 5), OTHER);
            assertThat(replaced).singleElement().asString().contains("must not speak any more");
            assertThat(current.list()).isEqualTo(OURS);
        }
    }
}
