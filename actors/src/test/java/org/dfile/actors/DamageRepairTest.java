package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.dfile.actors.transfer.Replica.NAME;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.dfile.actors.transfer.Replica;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.Operation;
import org.dfile.model.Placement;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.store.CorruptDataException;
import org.dfile.store.Damage;
import org.junit.jupiter.api.Test;

/** Damaged bytes of a host are taken from its neighbours. */
class DamageRepairTest extends NeighboursTestCase {

    private static void flip(Replica replica, int at) throws Exception {
        Path file = replica.directory.resolve("data/000001.data");
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    private List<Damage> scrub() throws Exception {
        own.store.startScrub();
        await().until(() -> !own.store.scrubStatus().running());
        return own.store.scrubStatus().damage();
    }

    private void awaitNothingDamaged() {
        await().untilAsserted(() -> assertThat(own.store.scrubStatus().damage()).isEmpty());
    }

    @Test
    void damagedBytes_foundByAScrub_areTakenFromAnotherReplica() throws Exception {
        writeEverywhere();
        StateId before = own.committed().id();
        flip(own, 70 << 10);
        flip(own, 1_000_000);
        assertThat(scrub()).hasSize(2);

        startServer("");
        awaitNothingDamaged();
        assertThat(own.content()).hasValue(CONTENT);
        assertThat(own.committed().id()).isEqualTo(before);
        assertThat(scrub()).isEmpty();
        assertThat(opened).hasValue(1);
    }

    @Test
    void damagedBytes_metByAReader_areRepairedWithoutAScrub() throws Exception {
        writeEverywhere();
        startServer("");
        flip(own, 70 << 10);
        assertThatThrownBy(own::content).isInstanceOf(CorruptDataException.class);
        await().ignoreException(CorruptDataException.class)
                .untilAsserted(() -> assertThat(own.content()).hasValue(CONTENT));
        awaitNothingDamaged();
    }

    @Test
    void firstNeighbourIsDamagedToo_nextOneGives() throws Exception {
        writeEverywhere();
        HostId first = new Placement(list)
                .replicasOf(NAME).stream()
                        .map(Host::id)
                        .filter(host -> !host.equals(own.id))
                        .findFirst()
                        .orElseThrow();
        flip(own, 70 << 10);
        flip(replica(first), 200 << 10);
        scrub();
        startServer("");
        awaitNothingDamaged();
        assertThat(own.content()).hasValue(CONTENT);
        assertThat(asked).hasSize(2).startsWith(first);
        await().until(() -> !replica(first).store.scrubStatus().damage().isEmpty()); // it knows of its own
    }

    @Test
    void noWholeCopy_staysListedAndIsTriedNowAndThen() throws Exception {
        writeEverywhere();
        for (Replica replica : replicas.values()) {
            flip(replica, 70 << 10);
        }
        scrub();
        startServer("retry = 200 ms, longest-retry = 1 hour");
        long began = System.nanoTime();
        await().until(() -> opened.get() >= 6); // two hosts each: at once, after 200 ms and after 400 ms more
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(600));
        assertThat(own.store.scrubStatus().damage()).hasSize(1);
        assertThat(own.store.scrubStatus().damage()).hasSize(1);
    }

    /** While the state is on its way, the file gets its next one, which is repaired then. */
    @Test
    void fileChangesMeanwhile_newStateIsRepaired() throws Exception {
        writeEverywhere();
        Batch next =
                Replica.batch(1, 2, List.of(new Operation.WriteInline(0, Bytes.of(new byte[] {1, 2, 3}))), List.of());
        StateId first = own.committed().id();
        StateId second = Replica.id(next);
        flip(own, 70 << 10);
        scrub();
        onMessage = message -> {
            if (message instanceof FilePeerMessage.ReadTransfer) {
                onMessage = later -> {};
                HostId from = new HostId("n2");
                sayAccept(from, first, next);
                sayCommit(from, second);
                await().untilAsserted(() -> assertThat(own.committed().id()).isEqualTo(second));
                try {
                    replica("n2").commit(next);
                    replica("n3").commit(next);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        };
        startServer("");
        awaitNothingDamaged();
        assertThat(own.committed().id()).isEqualTo(second);
        byte[] expected = CONTENT.clone();
        System.arraycopy(new byte[] {1, 2, 3}, 0, expected, 0, 3);
        assertThat(own.content()).hasValue(expected);
        assertThat(opened.get()).isGreaterThanOrEqualTo(2);
    }
}
