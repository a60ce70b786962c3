package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.dfile.actors.Node.A;
import static org.dfile.actors.Node.LIST_VERSION;
import static org.dfile.actors.Node.SELF;
import static org.dfile.actors.Node.TOKEN;
import static org.dfile.actors.Node.append;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.NodeState;
import org.dfile.protocol.ProtocolVersion;
import org.dfile.protocol.ScrubReport;
import org.dfile.store.Damage;
import org.dfile.store.PoisonedException;
import org.dfile.store.ScrubStatus;
import org.dfile.store.VolumeUsage;
import org.junit.jupiter.api.Test;

/** What operators ask of a node. */
final class AdministrationTest extends NodeTestCase {

    private static FileName name(int number) {
        return FileName.of("file-" + number);
    }

    private final Node node = node("");

    @Test
    void hello_isAnsweredWithTheHostList() {
        node.files.tell(AdminRequest.Hello.from("1", node.admin.getRef()));
        node.admin.expectMessage(new AdminReply.Welcome(SELF, "1.2.3", Node.ALONE));
    }

    @Test
    void anotherProtocol_isAnsweredWithBothVersions() {
        int other = ProtocolVersion.CURRENT + 1;
        AdminReply expected =
                new AdminReply.AdminFailed(new Failure.OtherProtocol(SELF, "1.2.3", ProtocolVersion.CURRENT, other));
        node.files.tell(new AdminRequest.Hello("2", other, node.admin.getRef()));
        node.admin.expectMessage(expected);
        node.files.tell(new AdminRequest.GetStatus(other, node.admin.getRef()));
        node.admin.expectMessage(expected);
    }

    @Test
    void status_tellsHowTheNodeIs() {
        node.receipt(node.apply(A, 1, 1, append("abc")));
        node.store.usageSays(new VolumeUsage(1, 3, 3, 1L << 40, 11, true, 12, 13));
        node.store.scrubSays(ScrubStatus.NONE); // the volume itself counts what was committed, by now or soon
        AdminReply.NodeStatus status = node.status();
        assertThat(status)
                .isEqualTo(new AdminReply.NodeStatus(
                        SELF,
                        Node.CLUSTER,
                        LIST_VERSION,
                        NodeState.READY,
                        "1.2.3",
                        ProcessHandle.current().pid(),
                        77,
                        1,
                        3,
                        1L << 40,
                        11,
                        true,
                        12,
                        13,
                        1,
                        ScrubReport.NONE,
                        ""));
    }

    @Test
    void status_tellsOfScrubAndDamage() {
        Instant began = Instant.ofEpochMilli(1_000);
        Damage damage = new Damage(Damage.Kind.BYTES, "f", 65_536, "checksum", Instant.ofEpochMilli(5));
        node.store.scrubSays(new ScrubStatus(
                false,
                Optional.of(began),
                3,
                4,
                5,
                Optional.of(new ScrubStatus.Result(began.plusMillis(7), true, 3, 4, 1)),
                2,
                List.of(damage)));
        assertThat(node.status().scrub())
                .isEqualTo(new ScrubReport(
                        ScrubReport.State.IDLE,
                        1_000,
                        1_007,
                        3,
                        4,
                        5,
                        true,
                        1,
                        2,
                        List.of(new ScrubReport.Damage(
                                "bytes", "f", 65_536, "checksum", 5, "/srv/data/" + damage.copy()))));
    }

    @Test
    void status_listsTheFirstDamagedPlacesOnly() {
        List<Damage> many = IntStream.range(0, ScrubReports.MAX_DAMAGE + 1)
                .mapToObj(i -> new Damage(Damage.Kind.BYTES, "f", i, "checksum", Instant.EPOCH))
                .toList();
        assertThat(scrubWith(many).damage()).hasSize(ScrubReports.MAX_DAMAGE);
        List<Damage> long100 = many.stream()
                .map(damage ->
                        new Damage(damage.kind(), "x".repeat(4_000), damage.offset(), damage.reason(), damage.found()))
                .limit(ScrubReports.MAX_DAMAGE)
                .toList();
        ScrubReport bounded = scrubWith(long100);
        assertThat(bounded.damage()).hasSizeBetween(5, ScrubReports.MAX_DAMAGE_BYTES / 4_000);
        assertThat(bounded.damaged()).isEqualTo(ScrubReports.MAX_DAMAGE);
    }

    private ScrubReport scrubWith(List<Damage> damage) {
        return ScrubReports.of(
                new ScrubStatus(false, Optional.empty(), 0, 0, 0, Optional.empty(), damage.size(), damage),
                Path.of("/srv"));
    }

    @Test
    void startScrub_startsOne_andTheNextStatusKnows() {
        assertThat(node.status().scrub().state()).isEqualTo(ScrubReport.State.NEVER);
        node.store.scrubSays(
                new ScrubStatus(true, Optional.of(Instant.EPOCH), 0, 0, 0, Optional.empty(), 0, List.of()));
        node.startScrub(TOKEN);
        node.admin.expectMessage(new AdminReply.ScrubStarted(SELF));
        assertThat(node.store.calls(ControlledStore.Call.startScrub)).isEqualTo(1);
        assertThat(node.status().scrub().state()).isEqualTo(ScrubReport.State.RUNNING);
    }

    @Test
    void startScrub_withAWrongToken_isRefused() {
        node.startScrub("wrong");
        node.admin.expectMessage(new AdminReply.AdminFailed(new Failure.NotAuthorised(SELF, "StartScrub")));
        assertThat(node.store.calls(ControlledStore.Call.startScrub)).isZero();
    }

    @Test
    void startScrub_ofAPoisonedVolume_endsTheNode() {
        node.store.failNext(ControlledStore.Call.startScrub, new PoisonedException("EIO", new Exception("disk")));
        node.startScrub(TOKEN);
        node.admin.expectMessage(new AdminReply.AdminFailed(new Failure.StorageFailed(SELF, "EIO")));
        await().until(() -> node.failed.get() == 1);
        node.startScrub(TOKEN);
        node.admin.expectMessage(new AdminReply.AdminFailed(new Failure.StorageFailed(SELF, "EIO")));
        assertThat(node.status().state()).isEqualTo(NodeState.FAILED);
    }

    @Test
    void status_whenTheDiskHangs_isAnsweredWithOldFigures() {
        Node slow = node("usage-timeout = 50ms, max-reads-per-file = 100");
        CountDownLatch reads = slow.store.holdReads();
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < 16; i++) { // all threads for the disk
            ids.add(slow.read(A, 0, 1));
        }
        await().until(() -> slow.store.calls(ControlledStore.Call.read) == 16);
        assertThat(slow.status().lastError()).contains("old");
        reads.countDown();
        ids.forEach(slow::reply);
        await().untilAsserted(() -> assertThat(slow.status().lastError()).isEmpty());
    }

    @Test
    void list_givesPagesInOrder() {
        for (int number = 0; number < 5; number++) {
            node.receipt(node.apply(name(number), 1, 1, append("x")));
        }
        node.receipt(node.apply(name(3), 1, 2, new Change.Delete(0)));
        node.list("file-", "file-1", 2, Node.ALONE.id());
        ListReply.Names page = node.lists.expectMessageClass(ListReply.Names.class);
        assertThat(page.names())
                .extracting(name -> name.status().name().toString())
                .containsExactly("file-2", "file-3");
        // What is chosen is known here a moment later; until then the name says that a read has to tell.
        ListReply.Name deleted = page.names().get(1);
        assertThat(deleted.exists() && !deleted.pending()).isFalse();
        assertThat(page.more()).isTrue();
    }

    @Test
    void list_pageTooLargeForAMessage_endsEarlierWithMore() {
        Node small = node("max-list-page-bytes = 400");
        for (int number = 0; number < 5; number++) {
            small.receipt(small.apply(name(number), 1, 1, append("x")));
        }
        small.list("", "", 10, Node.ALONE.id());
        ListReply.Names page = small.lists.expectMessageClass(ListReply.Names.class);
        assertThat(page.names()).hasSize(2);
        assertThat(page.more()).isTrue();
    }

    @Test
    void settings_thatMakeNoSense_areRefused() {
        for (String bad :
                List.of("max-open-files = 0", "idle-timeout = 0s", "max-batch-bytes = 0", "max-listings = 0")) {
            assertThatThrownBy(() -> Node.settings(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
