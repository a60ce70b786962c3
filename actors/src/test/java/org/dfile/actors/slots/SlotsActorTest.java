package org.dfile.actors.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.dfile.actors.FileServerMessage;
import org.dfile.model.Ballot;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.ListId;
import org.dfile.model.Slot;
import org.dfile.model.replica.SlotMessage;
import org.dfile.protocol.peer.SlotPeerMessage;
import org.dfile.store.StoreException;
import org.junit.jupiter.api.Test;

class SlotsActorTest extends SlotsTest {

    private static final FileName NAME = FileName.of("a");
    private static final Slot SLOT = NAME.slot();

    private static Ballot ballot(SlotsCluster.Member member) {
        return ((SlotRoles.Leading) member.roles.of(SLOT)).ballot();
    }

    @Test
    void start_oneReplica_leadsEverythingWithoutAWait() throws StoreException {
        SlotsCluster cluster = cluster(1, 1, "dfile.slots.tick = 1 hour");
        awaitOrder(cluster, cluster.all());
    }

    @Test
    void start_threeReplicas_firstInPlacementLeads() throws StoreException {
        SlotsCluster cluster = cluster(3, 3, "");
        awaitOrder(cluster, cluster.all());
    }

    @Test
    void start_twoOfFiveHostsKeepASlot_othersDoNotLeadIt() throws StoreException {
        SlotsCluster cluster = cluster(5, 2, "");
        awaitOrder(cluster, cluster.all());
        for (SlotsCluster.Member member : cluster.members.values()) {
            assertThat(cluster.of(SLOT).contains(member) || member.roles.of(SLOT) instanceof SlotRoles.Electing)
                    .isTrue();
        }
    }

    @Test
    void start_messagesGetLost_leadsAllTheSame() throws StoreException {
        AtomicInteger sent = new AtomicInteger();
        SlotsCluster cluster = prepared(3, 3, "");
        cluster.lose(message -> message instanceof SlotPeerMessage.SlotMail && isLost(sent.incrementAndGet()));
        cluster.startAll();
        awaitOrder(cluster, cluster.all());
    }

    /** Every second one, without a pattern that the order of messages could follow. */
    private static boolean isLost(int number) {
        return ((number * 0x9E3779B9) >>> 31) != 0;
    }

    @Test
    void restart_sameVolume_ballotAboveAllBefore() throws StoreException {
        SlotsCluster cluster = cluster(1, 1, "");
        SlotsCluster.Member only = cluster.member(H1);
        awaitOrder(cluster, cluster.all());
        Ballot before = ballot(only);
        only.kill();
        only.start();
        awaitOrder(cluster, cluster.all());
        assertThat(ballot(only)).isGreaterThan(before);
        assertThat(ballot(only).life()).isGreaterThan(before.life());
    }

    @Test
    void leader_killed_nextInPlacementLeads_andGivesBackLater() throws StoreException {
        SlotsCluster cluster = cluster(3, 3, "");
        awaitOrder(cluster, cluster.all());
        cluster.member(H2).kill();
        awaitOrder(cluster, cluster.allBut(H2));
        cluster.member(H2).start();
        awaitOrder(cluster, cluster.all());
    }

    @Test
    void leader_cutOff_othersLead_andItFollowsWhenItIsBack() throws StoreException {
        SlotsCluster cluster = cluster(3, 3, "dfile.slots.leading.take-back-after = 1 hour");
        SlotsCluster.Member first = cluster.member(H1);
        Slot led = firstLedBy(cluster, H1);
        await().atMost(SlotsCluster.patience()).until(() -> first.leads(led));
        cluster.cut(H1, true);
        await().atMost(SlotsCluster.patience())
                .until(() -> cluster.of(led).stream().anyMatch(member -> member != first && member.leads(led)));
        cluster.cut(H1, false);
        // It believes to lead until it asks, or hears of the other ballot.
        TestProbe<SlotsMessage.Confirmed> answer = kit.createTestProbe();
        FileName name = nameIn(led);
        await().atMost(SlotsCluster.patience()).until(() -> {
            if (first.roles.of(led) instanceof SlotRoles.Leading leading) {
                first.slots().tell(new SlotsMessage.Confirm(name, leading.ballot(), 1, answer.ref()));
                return false;
            }
            return first.roles.of(led) instanceof SlotRoles.Following following
                    && cluster.member(following.leader()).leads(led);
        });
        answer.expectNoMessage();
    }

    private static Slot firstLedBy(SlotsCluster cluster, HostId host) {
        int number = 0;
        while (!cluster.of(new Slot(number)).get(0).id.equals(host)) {
            number++;
        }
        return new Slot(number);
    }

    private static FileName nameIn(Slot slot) {
        int number = 0;
        while (!FileName.of("n" + number).slot().equals(slot)) {
            number++;
        }
        return FileName.of("n" + number);
    }

    @Test
    void leave_gracefully_othersLeadAndNothingUsesTheVolume() throws StoreException {
        SlotsCluster cluster = cluster(3, 3, "dfile.slots.heartbeats.acceptable-pause = 1 hour");
        awaitOrder(cluster, cluster.all());
        TestProbe<SlotsMessage.Left> left = kit.createTestProbe();
        cluster.member(H1).slots().tell(new SlotsMessage.Leave(left.ref()));
        left.receiveMessage();
        cluster.member(H1).store().close(); // anything that used it now would poison it
        await().atMost(SlotsCluster.patience())
                .until(() -> cluster.allBut(H1).stream()
                        .map(cluster::member)
                        .allMatch(
                                member -> member.leads(SLOT) || member.roles.of(SLOT) instanceof SlotRoles.Following));
        assertThat(cluster.member(H1).roles.of(SLOT)).isNotInstanceOf(SlotRoles.Leading.class);
        awaitOrder(cluster, cluster.allBut(H1));
    }

    @Test
    void confirm_ledInThatBallot_answeredOnce_inAnother_never() throws StoreException {
        SlotsCluster cluster = cluster(3, 3, "");
        awaitOrder(cluster, cluster.all());
        SlotsCluster.Member leader = cluster.of(SLOT).get(0);
        TestProbe<SlotsMessage.Confirmed> answers = kit.createTestProbe();
        Ballot ballot = ballot(leader);
        Ballot other = new Ballot(ballot.round() + 1, ballot.host(), ballot.life());
        leader.slots().tell(new SlotsMessage.Confirm(NAME, other, 7, answers.ref()));
        for (long read = 1; read <= 100; read++) {
            leader.slots().tell(new SlotsMessage.Confirm(NAME, ballot, read, answers.ref()));
        }
        for (long read = 1; read <= 100; read++) {
            answers.expectMessage(new SlotsMessage.Confirmed(ballot, read));
        }
        answers.expectNoMessage();
    }

    @Test
    void confirm_majorityAway_notAnswered() throws StoreException {
        SlotsCluster cluster = cluster(3, 3, "");
        awaitOrder(cluster, cluster.all());
        SlotsCluster.Member leader = cluster.of(SLOT).get(0);
        cluster.cut(leader.id, true);
        TestProbe<SlotsMessage.Confirmed> answers = kit.createTestProbe();
        leader.slots().tell(new SlotsMessage.Confirm(NAME, ballot(leader), 1, answers.ref()));
        answers.expectNoMessage();
        cluster.cut(leader.id, false);
    }

    @Test
    void prepare_higherBallot_leaderIsDeposedAndItsFilesHear() throws StoreException {
        SlotsCluster cluster = cluster(3, 3, "");
        awaitOrder(cluster, cluster.all());
        SlotsCluster.Member leader = cluster.of(SLOT).get(0);
        Ballot before = ballot(leader);
        leader.slots().tell(new SlotsMessage.HeardOf(SLOT, new Ballot(before.round() + 5, H2, before.life())));
        leader.files.fishForMessage(
                SlotsCluster.patience(),
                message -> message instanceof FileServerMessage.RolesChanged changed
                                && changed.slots().equals(List.of(SLOT))
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
        await().atMost(SlotsCluster.patience()).until(() -> leader.leads(SLOT));
        assertThat(ballot(leader).round()).isGreaterThan(before.round() + 5);
    }

    @Test
    void mail_foreignList_isIgnored() throws StoreException {
        SlotsCluster cluster = cluster(3, 3, "");
        awaitOrder(cluster, cluster.all());
        SlotsCluster.Member leader = cluster.of(SLOT).get(0);
        Ballot before = ballot(leader);
        SlotPeerMessage.Group group = new SlotPeerMessage.Group(
                new SlotMessage.Prepare(new Ballot(before.round() + 1, H2, before.life())), List.of(SLOT));
        leader.slots().tell(new SlotPeerMessage.SlotMail(new ListId(cluster.list.cluster(), 4), H2, List.of(group)));
        TestProbe<SlotsMessage.Confirmed> answers = kit.createTestProbe();
        leader.slots().tell(new SlotsMessage.Confirm(NAME, before, 1, answers.ref()));
        answers.expectMessage(new SlotsMessage.Confirmed(before, 1));
    }
}
