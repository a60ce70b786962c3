package org.dfile.actors.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.actors.hosts.CurrentHostList;
import org.dfile.actors.slots.SlotRoles;
import org.dfile.actors.slots.SlotsMessage;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.ClusterId;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.Life;
import org.dfile.model.Operation;
import org.dfile.model.Slot;
import org.dfile.model.VolumeId;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.HostListFile;
import org.dfile.protocol.OperatorReply;
import org.dfile.protocol.OperatorRequest;
import org.dfile.protocol.ReplicaReport;
import org.dfile.protocol.ReplicaReport.Holding;
import org.dfile.protocol.ReplicationReport;
import org.dfile.store.FileMark;
import org.dfile.store.LocalStore;
import org.dfile.store.StoreException;
import org.dfile.store.StoreSettings;
import org.dfile.store.VolumeIdentity;
import org.dfile.store.Volumes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node tells and does for its operator, on a real volume. */
final class OperatorActorTest {

    private static final String TOKEN = "secret";
    private static final HostId SELF = new HostId("h1");
    private static final HostId OTHER = new HostId("h2");
    private static final FileName NAME = FileName.of("a");
    private static final HostList LIST = list(1, 1, 2);
    private static final ReplicationReport REPORT =
            new ReplicationReport(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, Map.of(OTHER, 12L));
    private static final HostList NEXT = list(2, 1, 20);

    @TempDir
    private Path folder;

    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());
    private final TestProbe<OperatorReply> replies = kit.createTestProbe();
    private final TestProbe<SlotsMessage> slots = kit.createTestProbe();
    private final List<String> replaced = new CopyOnWriteArrayList<>();
    private final List<HostList> kept = new CopyOnWriteArrayList<>();
    private SlotRoles.Role role = new SlotRoles.Following(OTHER);
    private LocalStore store;
    private CurrentHostList list;
    private ActorRef<OperatorRequest> operator;

    private static HostList list(long version, long... volumes) {
        List<Host> hosts = new ArrayList<>();
        for (int i = 0; i < volumes.length; i++) {
            hosts.add(new Host(
                    new HostId("h" + (i + 1)),
                    new HostAddress("127.0.0.1", 7_401 + i),
                    new VolumeId(new UUID(7, volumes[i]))));
        }
        return new HostList(new ClusterId(new UUID(9, 9)), version, volumes.length, hosts);
    }

    @BeforeEach
    void open() throws StoreException {
        start(false);
    }

    private void start(boolean replacement) throws StoreException {
        Path directory = folder.resolve("volume" + replacement);
        VolumeIdentity identity =
                new VolumeIdentity(LIST.cluster(), SELF, LIST.hosts().get(0).volume());
        if (replacement) {
            Volumes.formatReplacement(directory, identity, StoreSettings.defaults());
        } else {
            Volumes.format(directory, identity, StoreSettings.defaults());
        }
        store = Volumes.open(directory, identity, StoreSettings.defaults(), poison -> {});
        list = new CurrentHostList(SELF, LIST, kept::add);
        ReplicaLookup lookup = new ReplicaLookup(list, store, roles());
        operator = spawn(Optional.of(new OperatorActor.Kept(lookup, new DecidedLists(store), slots.ref())));
    }

    private SlotRoles roles() {
        return new SlotRoles() {
            @Override
            public Role of(Slot slot) {
                return role;
            }

            @Override
            public ReplicationReport report() {
                return REPORT;
            }
        };
    }

    private ActorRef<OperatorRequest> spawn(Optional<OperatorActor.Kept> here) {
        return kit.spawn(OperatorActor.create(
                new OperatorSettings(8, Duration.ofSeconds(3)),
                list,
                TOKEN,
                here,
                ForkJoinPool.commonPool(),
                replaced::add));
    }

    @AfterEach
    void close() throws StoreException {
        kit.shutdownTestKit();
        store.close();
    }

    private void write(FileName name, String text) {
        Batch batch = new Batch(
                new FileVersion(1, 1),
                ChainHash.NONE.then(new byte[] {1}),
                Instant.EPOCH,
                List.of(
                        new Operation.Create(),
                        new Operation.WriteInline(0, Bytes.of(text.getBytes(StandardCharsets.UTF_8)))),
                List.of(),
                List.of(),
                FileVersion.NONE);
        Ballot ballot = new Ballot(1, SELF, new Life(1, 1));
        store.accept(name, ballot, StateId.NONE, batch, false)
                .thenCompose(accepted -> store.promote(name, ballot, new StateId(batch.version(), batch.hash())))
                .toCompletableFuture()
                .join();
    }

    private ReplicaReport replica() {
        operator.tell(new OperatorRequest.GetReplica(NAME, replies.ref()));
        return replies.expectMessageClass(OperatorReply.Replica.class).report();
    }

    private Failure refusal() {
        return replies.expectMessageClass(OperatorReply.OperatorFailed.class).failure();
    }

    @Nested
    class GetReplica {

        @Test
        void replica_noRecord_isNothing() {
            ReplicaReport report = replica();
            assertThat(report.holding()).isEqualTo(Holding.NOTHING);
            assertThat(report.role()).isEqualTo(ReplicaReport.Role.FOLLOWING);
            assertThat(report.leader()).contains(OTHER);
        }

        @Test
        void replica_file_isShownWithVersionAndLength() {
            write(NAME, "hello");
            role = new SlotRoles.Electing();
            ReplicaReport report = replica();
            assertThat(report.holding()).isEqualTo(Holding.FILE);
            assertThat(report.length()).isEqualTo(5);
            assertThat(report.committed().version()).isEqualTo(new FileVersion(1, 1));
            assertThat(report.pending()).isEmpty();
            assertThat(report.leader()).isEmpty();
            assertThat(report.lossAccepted()).isFalse();
        }

        @Test
        void replica_marks_areShown() {
            write(NAME, "hello");
            store.mark(NAME, FileMark.LOSS_ACCEPTED).toCompletableFuture().join();
            assertThat(replica().lossAccepted()).isTrue();
            store.mark(NAME, FileMark.DIVERGED).toCompletableFuture().join();
            assertThat(replica().holding()).isEqualTo(Holding.DIVERGED);
        }

        @Test
        void replica_slotWithoutAVote_isIncomplete() throws StoreException {
            store.close();
            start(true);
            assertThat(replica().holding()).isEqualTo(Holding.INCOMPLETE);
        }

        @Test
        void replica_emptyDirectory_hasNoVolume() {
            operator = spawn(Optional.empty());
            assertThat(replica().holding()).isEqualTo(Holding.NO_VOLUME);
        }
    }

    @Nested
    class GetReplication {

        @Test
        void replication_isWhatTheSlotsPublish() {
            operator.tell(new OperatorRequest.GetReplication(replies.ref()));
            replies.expectMessage(new OperatorReply.Replication(SELF, REPORT));
            operator = spawn(Optional.empty());
            operator.tell(new OperatorRequest.GetReplication(replies.ref()));
            replies.expectMessage(new OperatorReply.Replication(SELF, ReplicationReport.none(1)));
        }
    }

    @Nested
    class NewHostList {

        @Test
        void newHostList_decided_isKeptAndSpoken() {
            operator.tell(new OperatorRequest.NewHostList(TOKEN, NEXT, replies.ref()));
            assertThat(replies.expectMessageClass(OperatorReply.Current.class).list())
                    .isEqualTo(NEXT);
            assertThat(kept).containsExactly(NEXT);
            assertThat(list.list()).isEqualTo(NEXT);
            operator.tell(new OperatorRequest.GetHostList(replies.ref()));
            assertThat(replies.expectMessageClass(OperatorReply.Current.class).list())
                    .isEqualTo(NEXT);
        }

        @Test
        void newHostList_wrongToken_isRefused() {
            operator.tell(new OperatorRequest.NewHostList("guess", NEXT, replies.ref()));
            assertThat(refusal()).isInstanceOf(Failure.NotAuthorised.class);
            assertThat(list.list()).isEqualTo(LIST);
        }

        @Test
        void newHostList_anotherOneWasDecided_isRefused() {
            write(FileName.of(".dfile/host-list/2"), HostListFile.toJson(list(2, 1, 99)));
            operator.tell(new OperatorRequest.NewHostList(TOKEN, NEXT, replies.ref()));
            assertThat(refusal().message()).contains("another list was decided");
            assertThat(list.list()).isEqualTo(LIST);
        }

        @Test
        void newHostList_thisOneWasDecided_isTakenOver() {
            write(FileName.of(".dfile/host-list/2"), HostListFile.toJson(NEXT));
            operator.tell(new OperatorRequest.NewHostList(TOKEN, NEXT, replies.ref()));
            assertThat(replies.expectMessageClass(OperatorReply.Current.class).list())
                    .isEqualTo(NEXT);
        }

        @Test
        void newHostList_anotherVolumeForThisHost_makesTheNodeLeave() {
            operator.tell(new OperatorRequest.NewHostList(TOKEN, list(2, 10, 2), replies.ref()));
            assertThat(refusal()).isInstanceOf(Failure.HostListRefused.class);
            assertThat(replaced).hasSize(1);
        }
    }

    @Nested
    class AcceptLoss {

        @Test
        void acceptLoss_goesToTheSlots() {
            operator.tell(new OperatorRequest.AcceptLoss(TOKEN, Set.of(OTHER), replies.ref()));
            SlotsMessage.AcceptLoss told = slots.expectMessageClass(SlotsMessage.AcceptLoss.class);
            assertThat(told.givenUp()).containsExactly(OTHER);
            told.replyTo().tell(new SlotsMessage.LossAccepted(List.of(new Slot(3), new Slot(4)), List.of(new Slot(5))));
            assertThat(replies.expectMessageClass(OperatorReply.LossAccepted.class))
                    .isEqualTo(new OperatorReply.LossAccepted(SELF, 2, 1));
        }

        @Test
        void acceptLoss_wrongTokenOrNoVolume_isRefused() {
            operator.tell(new OperatorRequest.AcceptLoss("guess", Set.of(OTHER), replies.ref()));
            assertThat(refusal()).isInstanceOf(Failure.NotAuthorised.class);
            operator = spawn(Optional.empty());
            operator.tell(new OperatorRequest.AcceptLoss(TOKEN, Set.of(OTHER), replies.ref()));
            assertThat(refusal()).isInstanceOf(Failure.HostListRefused.class);
            slots.expectNoMessage();
        }
    }
}
