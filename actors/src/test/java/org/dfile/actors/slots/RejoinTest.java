package org.dfile.actors.slots;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.dfile.actors.FileServerMessage;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.model.Slot;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.protocol.peer.SlotPeerMessage;
import org.dfile.store.FileMark;
import org.dfile.store.Standing;
import org.dfile.store.StoreException;
import org.junit.jupiter.api.Test;

class RejoinTest extends SlotsTest {

    private static final FileName NAME = FileName.of("a");

    private static List<SlotsCluster.Member> all(SlotsCluster cluster) {
        return List.copyOf(cluster.members.values());
    }

    private static void awaitComplete(SlotsCluster.Member member) {
        await().atMost(SlotsCluster.patience())
                .untilAsserted(() -> assertThat(incompleteSlots(member)).isEmpty());
    }

    private static List<Slot> incompleteSlots(SlotsCluster.Member member) throws StoreException {
        return member.store().list("", "", 1).incomplete();
    }

    private static Standing standing(SlotsCluster.Member member, FileName name) throws Exception {
        return SlotsCluster.await(member.store().standing(name));
    }

    private static List<FileName> names(int count) {
        List<FileName> names = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            names.add(FileName.of("file-" + number));
        }
        return names;
    }

    @Test
    void wipedHost_allOthersThere_hasEverythingAndVotes() throws Exception {
        SlotsCluster cluster = prepared(3, 3, "dfile.slots { rejoining { max-slots = 512 }, repair.page-entries = 1 }");
        cluster.openAll();
        List<FileName> names = names(100);
        for (FileName name : names) {
            SlotsCluster.write(name, name.toString(), all(cluster));
        }
        StateId deleted = SlotsCluster.delete(
                names.get(0),
                standing(cluster.member(H1), names.get(0)).committed().id(),
                all(cluster));
        cluster.beginAll();
        SlotsCluster.Member wiped = cluster.member(H3);
        wiped.kill();
        wiped.startWithoutMemory();
        awaitComplete(wiped);
        assertThat(standing(wiped, names.get(0)).committed().id()).isEqualTo(deleted);
        assertThat(standing(wiped, names.get(0)).committed().tombstone()).isTrue();
        for (FileName name : names.subList(1, names.size())) {
            byte[] content = new byte[name.toString().length()];
            wiped.store().read(name, 0, 100).bytes().buffer().get(content);
            assertThat(new String(content, UTF_8)).isEqualTo(name.toString());
        }
        awaitOrder(cluster, cluster.all());
        await().atMost(SlotsCluster.patience())
                .untilAsserted(
                        () -> assertThat(wiped.roles.report().rejoinedFiles()).isEqualTo(100));
    }

    /** What one other had accepted, and only the lost disk beside it, may be acknowledged (I10). */
    @Test
    void wipedHost_batchPendingAtOneOther_takesItOverWithItsBallot() throws Exception {
        SlotsCluster cluster = prepared(3, 3, "dfile.slots.rejoining.max-slots = 512");
        cluster.openAll();
        StateId first = SlotsCluster.write(NAME, "one", all(cluster));
        StagedBytes more = cluster.member(H1).store().stage(Bytes.of(new byte[200_000]));
        Batch batch = SlotsCluster.batch(new FileVersion(1, 2), new Operation.WriteStaged(3, List.of(more)));
        SlotsCluster.accept(cluster.member(H1), NAME, first, batch);
        cluster.beginAll();
        cluster.member(H3).kill();
        cluster.member(H3).startWithoutMemory();
        awaitComplete(cluster.member(H3));
        Standing now = standing(cluster.member(H3), NAME);
        assertThat(now.committed().id()).isEqualTo(first);
        assertThat(now.pending().orElseThrow().id()).isEqualTo(SlotsCluster.id(batch));
        assertThat(now.pending().orElseThrow().ballot()).isEqualTo(SlotsCluster.WRITTEN);
    }

    /** As of a file that is written all the time. */
    @Test
    void wipedHost_batchIsCommittedBeforeItIsFetched_takesTheStateAtOnce() throws Exception {
        SlotsCluster cluster = prepared(3, 3, "dfile.slots.rejoining.max-slots = 512");
        cluster.openAll();
        StateId first = SlotsCluster.write(NAME, "one", all(cluster));
        Batch batch = SlotsCluster.batch(
                new FileVersion(1, 2), new Operation.WriteInline(3, Bytes.of("two".getBytes(UTF_8))));
        SlotsCluster.accept(cluster.member(H1), NAME, first, batch);
        cluster.beforeTransfer(message -> {
            if (message instanceof FilePeerMessage.OpenTransfer open
                    && open.kind() == FilePeerMessage.OpenTransfer.Kind.BATCH) {
                commit(cluster.member(H1), batch);
            }
        });
        cluster.beginAll();
        SlotsCluster.Member wiped = cluster.member(H3);
        wiped.kill();
        wiped.startWithoutMemory();
        List<NodeRequest> troubles = wiped.files.fishForMessage(SlotsCluster.patience(), message -> {
            if (message instanceof FileServerMessage.Reopen reopen
                    && reopen.slot().equals(NAME.slot())) {
                return FishingOutcomes.complete();
            }
            return message instanceof FileServerMessage.Trouble
                    ? FishingOutcomes.continueAndCollect()
                    : FishingOutcomes.continueAndIgnore();
        });
        assertThat(troubles.toString()).doesNotContain("restoring");
        assertThat(standing(wiped, NAME).committed().id()).isEqualTo(SlotsCluster.id(batch));
    }

    private static void commit(SlotsCluster.Member member, Batch batch) {
        try {
            if (member.store().pending(NAME).isPresent()) {
                SlotsCluster.await(member.store().promote(NAME, SlotsCluster.WRITTEN, SlotsCluster.id(batch)));
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void wipedHost_filesAreReopenedBeforeItVotes() throws Exception {
        SlotsCluster cluster = cluster(3, 3, "dfile.slots.rejoining.max-slots = 512");
        cluster.member(H3).kill();
        cluster.member(H3).startWithoutMemory();
        awaitComplete(cluster.member(H3));
        long reopened = 0;
        for (NodeRequest message : cluster.member(H3).files.receiveSeveralMessages(Slot.COUNT)) {
            reopened += message instanceof FileServerMessage.Reopen ? 1 : 0;
        }
        assertThat(reopened).isPositive();
    }

    @Test
    void wipedHost_anotherIsDown_waitsForItAndDoesNotVote() throws Exception {
        SlotsCluster cluster = prepared(3, 3, "dfile.slots.rejoining.max-slots = 512");
        cluster.openAll();
        SlotsCluster.write(NAME, "one", all(cluster));
        cluster.beginAll();
        awaitOrder(cluster, cluster.all());
        cluster.member(H2).kill();
        cluster.member(H3).kill();
        cluster.member(H3).startWithoutMemory();
        await().atMost(SlotsCluster.patience())
                .until(() -> cluster.member(H3).roles.report().incomplete() == Slot.COUNT);
        // With one voter of three nobody can lead anew; who led goes on believing so.
        assertThat(incompleteSlots(cluster.member(H3))).hasSize(Slot.COUNT);
        cluster.member(H2).start();
        awaitComplete(cluster.member(H3));
        awaitOrder(cluster, cluster.all());
    }

    @Test
    void twoWipedHosts_operatorAcceptsTheLoss_comeBackFromTheThirdAndFilesAreMarked() throws Exception {
        SlotsCluster cluster = prepared(3, 3, "dfile.slots.rejoining.max-slots = 512");
        cluster.openAll();
        StateId written = SlotsCluster.write(NAME, "one", all(cluster));
        cluster.beginAll();
        awaitOrder(cluster, cluster.all());
        for (SlotsCluster.Member member : List.of(cluster.member(H2), cluster.member(H3))) {
            member.kill();
            member.startWithoutMemory();
        }
        SlotsCluster.Member second = cluster.member(H2);
        await().atMost(SlotsCluster.patience())
                .until(() -> second.roles.report().incomplete() == Slot.COUNT);
        TestProbe<SlotsMessage.LossAccepted> answer = kit.createTestProbe();
        await().atMost(SlotsCluster.patience()).untilAsserted(() -> {
            second.slots().tell(new SlotsMessage.AcceptLoss(Set.of(H3), answer.ref()));
            assertThat(answer.receiveMessage().waiting()).isEmpty();
        });
        awaitComplete(second);
        assertThat(standing(second, NAME).committed().id()).isEqualTo(written);
        assertThat(second.store().marks(NAME)).containsExactly(FileMark.LOSS_ACCEPTED);
        awaitComplete(cluster.member(H3)); // the third finds two that vote
        assertThat(cluster.member(H3).store().marks(NAME)).isEmpty();
    }

    @Test
    void wipedHost_onlyCopy_comesBackEmptyOnceTheLossIsAccepted() throws Exception {
        SlotsCluster cluster = cluster(1, 1, "dfile.slots.rejoining.max-slots = 4096");
        SlotsCluster.Member only = cluster.member(H1);
        only.kill();
        only.startWithoutMemory();
        await().atMost(SlotsCluster.patience()).until(() -> only.roles.report().incomplete() == Slot.COUNT);
        TestProbe<SlotsMessage.LossAccepted> answer = kit.createTestProbe();
        only.slots().tell(new SlotsMessage.AcceptLoss(Set.of(), answer.ref()));
        assertThat(answer.receiveMessage().slots()).hasSize(Slot.COUNT);
        awaitComplete(only);
        awaitOrder(cluster, cluster.all());
    }

    @Test
    void recordLost_slotGivesItsVoteUpAndGetsItBack() throws Exception {
        SlotsCluster cluster = prepared(3, 3, "");
        cluster.openAll();
        StateId written = SlotsCluster.write(NAME, "one", all(cluster));
        cluster.beginAll();
        awaitOrder(cluster, cluster.all());
        SlotsCluster.Member leader = cluster.of(NAME.slot()).get(0);
        long round = ((SlotRoles.Leading) leader.roles.of(NAME.slot())).ballot().round();
        leader.slots().tell(new SlotsMessage.RecordLost(NAME));
        leader.files.fishForMessage(
                SlotsCluster.patience(),
                message -> message instanceof FileServerMessage.Reopen reopen
                                && reopen.slot().equals(NAME.slot())
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
        awaitComplete(leader);
        awaitOrder(cluster, cluster.all());
        assertThat(standing(leader, NAME).committed().id()).isEqualTo(written);
        assertThat(((SlotRoles.Leading) leader.roles.of(NAME.slot())).ballot().round())
                .isGreaterThan(round);
    }

    /** A host without a vote says nothing of what it has, nor does one that has not promised (I9, I10). */
    @Test
    void askPage_noVoteOrNoPromise_notAnswered() throws Exception {
        SlotsCluster cluster = cluster(3, 3, "dfile.slots.rejoining.retry = 1 hour");
        awaitOrder(cluster, cluster.all());
        List<SlotPeerMessage> pages = Collections.synchronizedList(new ArrayList<>());
        cluster.lose(message -> message instanceof SlotPeerMessage.PageMail && pages.add(message));
        SlotsCluster.Member asked = cluster.of(NAME.slot()).get(0);
        var promised = asked.store().slot(NAME.slot()).promised().orElseThrow();
        var higher = new Ballot(promised.round() + 9, H2, promised.life());
        SlotsCluster.Member other = cluster.of(NAME.slot()).get(1);
        for (var ballot : List.of(Optional.of(higher), Optional.of(promised))) {
            asked.slots().tell(new SlotPeerMessage.AskPage(cluster.list.id(), other.id, NAME.slot(), ballot, ""));
        }
        await().atMost(SlotsCluster.patience()).until(() -> !pages.isEmpty());
        assertThat(pages)
                .singleElement()
                .satisfies(page ->
                        assertThat(((SlotPeerMessage.PageMail) page).ballot()).contains(promised));
        SlotsCluster.await(asked.store().lose(NAME.slot()));
        pages.clear();
        asked.slots().tell(new SlotPeerMessage.AskPage(cluster.list.id(), other.id, NAME.slot(), Optional.empty(), ""));
        other.slots().tell(new SlotPeerMessage.AskPage(cluster.list.id(), asked.id, NAME.slot(), Optional.empty(), ""));
        await().atMost(SlotsCluster.patience()).until(() -> !pages.isEmpty());
        assertThat(pages).allSatisfy(page -> assertThat(page.from()).isNotEqualTo(asked.id));
    }
}
