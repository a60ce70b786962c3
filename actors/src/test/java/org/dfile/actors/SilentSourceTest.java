package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.dfile.actors.transfer.Replica.NAME;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dfile.actors.slots.SlotRoles;
import org.dfile.actors.transfer.Replica;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.Operation;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.FilePeerMessage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A file goes on with what another host can give when the one that it fetches from is dead, however patient transfers are. */
final class SilentSourceTest extends NeighboursTestCase {

    private static final HostId DEAD = new HostId("n2");
    private static final HostId OTHER = new HostId("n3");
    private static final Ballot OWN = new Ballot(4, new HostId("n1"), new Life(1, 1));

    private final Batch next =
            Replica.batch(1, 2, List.of(new Operation.WriteInline(0, Bytes.of(new byte[] {1, 2, 3}))), List.of());
    private final StateId second = Replica.id(next);
    private final BlockingQueue<FileMessage.Query> queries = new LinkedBlockingQueue<>();
    private StateId first = StateId.NONE;

    @BeforeEach
    void begin() throws Exception {
        transfers = "answer-timeout = 1 hour";
        writeEverywhere();
        first = own.committed().id();
        die(DEAD);
    }

    private void othersCommit() throws Exception {
        replica(DEAD).commit(next);
        replica(OTHER).commit(next);
    }

    private void awaitAsked(HostId... hosts) {
        await().untilAsserted(() -> assertThat(askedSoFar()).containsExactly(hosts));
    }

    private List<HostId> askedSoFar() {
        synchronized (asked) {
            return new ArrayList<>(asked);
        }
    }

    private void awaitSecond() {
        await().untilAsserted(() -> assertThat(own.committed().id()).isEqualTo(second));
    }

    @Test
    void state_comesFromAnotherCoordinator() throws Exception {
        othersCommit();
        startServer("");
        sayCommit(DEAD, second);
        awaitAsked(DEAD);
        sayCommit(OTHER, second);
        sayCommit(DEAD, second);
        notice(DEAD);
        sayCommit(DEAD, second);
        sayCommit(OTHER, second);
        awaitSecond();
        awaitAsked(DEAD, OTHER);
        await().untilAsserted(() -> assertThat(held.count()).isZero());
    }

    @Test
    void batch_comesFromAnotherCoordinator() throws Exception {
        replica(OTHER).accept(next);
        startServer("");
        sayAcceptWithoutBytes(DEAD);
        awaitAsked(DEAD);
        sayAcceptWithoutBytes(OTHER);
        notice(DEAD);
        sayAcceptWithoutBytes(OTHER);
        awaitAsked(DEAD, OTHER);
        await().untilAsserted(
                        () -> assertThat(Replica.await(own.store.standing(NAME)).pending())
                                .hasValueSatisfying(pending ->
                                        assertThat(pending.pending().id()).isEqualTo(second)));
    }

    private void sayAcceptWithoutBytes(HostId from) {
        FileMessage.Accept accept = new FileMessage.Accept(Replica.BALLOT, first, second);
        server().tell(new FilePeerMessage.AcceptMail(list.id(), from, NAME, accept, Bytes.EMPTY));
    }

    /** The host leads; of the two others, the first one that answers dies. */
    @Test
    void state_thatACoordinatorNeeds_comesFromAnotherReplica() throws Exception {
        othersCommit();
        Replica.await(own.store.promise(List.of(NAME.slot()), OWN));
        onMessage = this::noteQuery;
        startServer("");
        become(new SlotRoles.Leading(OWN));
        server().tell(new FilePeerMessage.Mend(list.id(), OTHER, NAME));
        answer(DEAD, nextQuery());
        awaitAsked(DEAD);
        notice(DEAD);
        FileMessage.Query query = nextQuery();
        while (query.round() == 1) {
            query = nextQuery(); // said to both, and again
        }
        answer(OTHER, query);
        awaitSecond();
        awaitAsked(DEAD, OTHER);
    }

    private FileMessage.Query nextQuery() throws InterruptedException {
        FileMessage.Query query = queries.poll(10, TimeUnit.SECONDS);
        assertThat(query).as("a query of the coordinator").isNotNull();
        return Objects.requireNonNull(query);
    }

    private void noteQuery(FilePeerMessage message) {
        if (message instanceof FilePeerMessage.FileMail mail && mail.message() instanceof FileMessage.Query query) {
            queries.add(query);
        }
    }

    private void answer(HostId from, FileMessage.Query query) {
        Committed committed = new Committed(second, false, Optional.of(Replica.BALLOT));
        server().tell(new FilePeerMessage.FileMail(
                list.id(),
                from,
                NAME,
                new FileMessage.Answer(query.ballot(), query.round(), committed, Optional.empty(), 0)));
    }
}
