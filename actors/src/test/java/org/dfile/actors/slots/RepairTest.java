package org.dfile.actors.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.dfile.actors.FileServerMessage;
import org.dfile.model.Batch;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.protocol.peer.SlotPeerMessage;
import org.junit.jupiter.api.Test;

class RepairTest extends SlotsTest {

    private static final FileName NAME = FileName.of("a");
    private static final String PURGING = "dfile.slots.purge { age = 1 ms, interval = 200 ms }";

    private static void awaitMend(SlotsCluster.Member leader, FileName name) {
        leader.files.fishForMessage(
                SlotsCluster.patience(),
                message -> message instanceof FilePeerMessage.Mend mend
                                && mend.name().equals(name)
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
    }

    private static boolean isGone(SlotsCluster.Member member, FileName name) throws Exception {
        return member.store().state(name).isEmpty();
    }

    /** Returns the hosts of the file, of which the last lacks it. */
    private static List<SlotsCluster.Member> openedWithoutTheFileOnOne(SlotsCluster cluster) throws Exception {
        cluster.openAll();
        List<SlotsCluster.Member> hosts = cluster.of(NAME.slot());
        SlotsCluster.write(NAME, "one", hosts.subList(0, 2));
        return hosts;
    }

    private static List<SlotsCluster.Member> all(SlotsCluster cluster) {
        return List.copyOf(cluster.members.values());
    }

    @Test
    void look_oneReplicaLacksAFile_coordinatorIsToldUntilItHasIt() throws Exception {
        SlotsCluster cluster = prepared(3, 3, "");
        List<SlotsCluster.Member> hosts = openedWithoutTheFileOnOne(cluster);
        cluster.beginAll();
        SlotsCluster.Member leader = hosts.get(0);
        awaitMend(leader, NAME);
        await().atMost(SlotsCluster.patience())
                .untilAsserted(() -> assertThat(leader.roles.report().behind()).isEqualTo(1));
        Batch batch = SlotsCluster.batchOf("one");
        assertThat(SlotsCluster.await(hosts.get(2)
                        .store()
                        .receive(NAME, SlotsCluster.stateOf(hosts.get(0), NAME), SlotsCluster.WRITTEN)
                        .install(false)))
                .isNotNull();
        assertThat(SlotsCluster.await(hosts.get(2).store().standing(NAME))
                        .committed()
                        .id())
                .isEqualTo(SlotsCluster.id(batch));
        leader.slots().tell(new SlotsMessage.Mended(NAME));
        await().atMost(SlotsCluster.patience()).untilAsserted(() -> {
            assertThat(leader.roles.report().behind()).isZero();
            assertThat(leader.roles.report().repairing()).isZero();
        });
        assertThat(leader.roles.report().lastLookMillis()).isPositive();
    }

    /** Somebody who waits for copies to be alike must not take "not yet looked at" for it. */
    @Test
    void look_recordsCannotBeCompared_aDifferenceThatLastsCounts() throws Exception {
        SlotsCluster cluster = prepared(3, 3, "");
        List<SlotsCluster.Member> hosts = openedWithoutTheFileOnOne(cluster);
        cluster.lose(message -> message instanceof SlotPeerMessage.AskPage);
        cluster.beginAll();
        await().atMost(SlotsCluster.patience())
                .untilAsserted(
                        () -> assertThat(hosts.get(0).roles.report().behind()).isEqualTo(1));
    }

    @Test
    void hostBack_missedFiles_areToldThen_notWhileItIsAway() throws Exception {
        SlotsCluster cluster = prepared(3, 3, "");
        List<SlotsCluster.Member> hosts = openedWithoutTheFileOnOne(cluster);
        SlotsCluster.Member away = hosts.get(2);
        SlotsCluster.Member leader = hosts.get(0);
        leader.begin();
        hosts.get(1).begin();
        await().atMost(SlotsCluster.patience())
                .until(() -> leader.leads(NAME.slot()) && leader.roles.report().lastLookMillis() > 0);
        assertThat(leader.roles.report().behind()).isZero();
        assertThat(leader.roles.report().silent()).containsOnlyKeys(away.id);
        away.begin();
        awaitMend(leader, NAME);
    }

    @Test
    void sweep_tombstoneOnAllReplicas_isPurgedEverywhereAndRaisesTheFloor() throws Exception {
        SlotsCluster cluster = prepared(3, 3, PURGING);
        cluster.openAll();
        SlotsCluster.delete(NAME, SlotsCluster.write(NAME, "one", all(cluster)), all(cluster));
        cluster.beginAll();
        await().atMost(SlotsCluster.patience()).until(() -> {
            boolean gone = true;
            for (SlotsCluster.Member member : all(cluster)) {
                gone &= isGone(member, NAME) && member.store().slot(NAME.slot()).floor() == 1;
            }
            return gone;
        });
        cluster.member(H1)
                .files
                .fishForMessage(
                        SlotsCluster.patience(),
                        message -> message instanceof FileServerMessage.Purged purged
                                        && purged.names().contains(NAME)
                                ? FishingOutcomes.complete()
                                : FishingOutcomes.continueAndIgnore());
    }

    @Test
    void sweep_onlyReplica_purges() throws Exception {
        SlotsCluster cluster = prepared(1, 1, PURGING);
        cluster.openAll();
        SlotsCluster.delete(NAME, SlotsCluster.write(NAME, "one", all(cluster)), all(cluster));
        cluster.beginAll();
        await().atMost(SlotsCluster.patience()).until(() -> isGone(cluster.member(H1), NAME));
    }

    /** Purged before all have it, the one that has the file still would bring it back (I15). */
    @Test
    void sweep_tombstoneMissingAtOneReplica_staysAndTheFileIsMended() throws Exception {
        SlotsCluster cluster = prepared(3, 3, PURGING);
        cluster.openAll();
        List<SlotsCluster.Member> hosts = cluster.of(NAME.slot());
        StateId written = SlotsCluster.write(NAME, "one", hosts);
        StateId deleted = SlotsCluster.delete(NAME, written, hosts.subList(0, 2));
        List<SlotPeerMessage> purges = new ArrayList<>();
        cluster.lose(message -> {
            if (message instanceof SlotPeerMessage.Purge) {
                synchronized (purges) {
                    purges.add(message);
                }
            }
            return false;
        });
        cluster.beginAll();
        awaitMend(hosts.get(0), NAME);
        awaitMend(hosts.get(0), NAME); // after more than one sweep
        assertThat(SlotsCluster.await(hosts.get(0).store().standing(NAME))
                        .committed()
                        .id())
                .isEqualTo(deleted);
        synchronized (purges) {
            assertThat(purges).isEmpty();
        }
    }

    @Test
    void sweep_batchThatNobodyDecides_leaderIsTold() throws Exception {
        SlotsCluster cluster = prepared(3, 3, PURGING);
        cluster.openAll();
        List<SlotsCluster.Member> hosts = cluster.of(NAME.slot());
        StateId written = SlotsCluster.write(NAME, "one", hosts);
        Batch batch = SlotsCluster.batch(new FileVersion(1, written.version().seq() + 1), new Operation.Truncate(1));
        SlotsCluster.accept(hosts.get(2), NAME, written, batch);
        cluster.beginAll();
        awaitMend(hosts.get(0), NAME);
    }
}
