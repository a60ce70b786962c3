package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dfile.client.internal.Stages.failure;
import static org.dfile.client.internal.Stages.get;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.dfile.client.DFileSystem;
import org.dfile.client.ListPage;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileStatus;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Slot;
import org.dfile.protocol.ListReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Listings of a cluster that keeps three copies, with hosts that are dead or do not have everything. */
@Timeout(30)
class ListingTest {

    private static final Duration LONG = Duration.ofSeconds(8);

    private final FakeCluster cluster = new FakeCluster(5, 3);
    private final Set<HostId> dead = ConcurrentHashMap.newKeySet();
    private final DFileSystem files = cluster.connect(FakeCluster.settings()
            .askElsewhereAfter(Duration.ofMillis(100))
            .deadline(LONG)
            .build());

    ListingTest() {
        cluster.rule = (to, call) -> dead.contains(to) ? FakeCluster.LOSE_CALL : FakeCluster.DELIVER;
    }

    @AfterEach
    void close() {
        files.close();
    }

    private HostId host(int number) {
        return cluster.list().hosts().get(number).id();
    }

    private static List<String> names(ListPage page) {
        return page.files().stream().map(status -> status.name().toString()).toList();
    }

    private void write(String... names) {
        for (String name : names) {
            get(files.write(name, new byte[] {1}));
        }
    }

    @Test
    void oneHostDead_pageIsComplete_andSoonWithoutWaiting() {
        write("a", "b", "c");
        dead.add(host(1));
        for (int i = 0; i < 20; i++) {
            long begin = System.nanoTime();
            ListPage page = get(files.list(""));
            assertThat(names(page)).containsExactly("a", "b", "c");
            assertThat(page.missing()).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LONG.dividedBy(2));
        }
    }

    /** Else it would be sent, and nobody would forget it. */
    @Test
    void questionThatIsGivenUp_isNotAskedAfterwards() {
        FakeCluster other = new FakeCluster(1);
        Engine engine = new Engine(other, other.list(), FakeCluster.settings().build());
        try {
            Question question =
                    engine.parts().questions().names(other.list().hosts().get(0), "", "", 1);
            question.giveUp();
            assertThat(question.ask(System.nanoTime())).isCompletedExceptionally();
            assertThat(other.calls).isEmpty();
        } finally {
            engine.close();
        }
    }

    /** Of some file two of the three copies are there where nobody answers: not even a majority can be met. */
    @Test
    void twoHostsDead_pageIsRefusedAndNamesThem_partialShowsTheRest() {
        write("a", "b", "c");
        dead.addAll(List.of(host(1), host(3)));
        Failure failure = failure(files.list(""));
        assertThat(failure).isInstanceOf(Failure.ListingIncomplete.class);
        assertThat(failure.message())
                .contains(host(1).text())
                .contains(host(3).text())
                .doesNotContain(host(0) + " (");

        ListPage page = get(files.listPartial("", ""));
        assertThat(names(page)).containsExactly("a", "b", "c");
        assertThat(page.missing()).extracting(host -> host.id()).containsExactlyInAnyOrder(host(1), host(3));
    }

    private void answer(HostId of, Function<Call.Names, ListReply> answer) {
        cluster.rule = (to, call) -> call instanceof Call.Names names && to.equals(of)
                ? new FakeCluster.Fate.AnswerWith(id -> withId(id, answer.apply(names)))
                : FakeCluster.DELIVER;
    }

    private static ListReply withId(long id, ListReply reply) {
        return reply instanceof ListReply.Names names
                ? new ListReply.Names(id, names.names(), names.more(), names.incomplete())
                : new ListReply.ListFailed(id, ((ListReply.ListFailed) reply).failure());
    }

    private static ListReply.Name name(String name, long generation, boolean exists, boolean pending) {
        FileStatus status = new FileStatus(
                FileName.of(name), new FileVersion(generation, generation), 0, Instant.EPOCH, Instant.EPOCH);
        return new ListReply.Name(status, exists, pending);
    }

    private static ListReply.Names reply(ListReply.Name... names) {
        return new ListReply.Names(0, List.of(names), false, List.of());
    }

    /** A replacement disk that has not yet got everything back (I9). */
    @Test
    void hostWithoutAllRecords_doesNotCountThere() {
        write("a", "b", "c");
        List<Slot> all = IntStream.range(0, Slot.COUNT).mapToObj(Slot::new).toList();
        answer(host(0), names -> new ListReply.Names(0, List.of(), false, all));
        assertThat(names(get(files.list("")))).containsExactly("a", "b", "c");

        var before = cluster.rule;
        cluster.rule = (to, call) -> to.equals(host(1)) ? FakeCluster.LOSE_CALL : before.fate(to, call);
        assertThat(failure(files.list(""))).isInstanceOf(Failure.ListingIncomplete.class);
    }

    @Test
    void hostWithDamagedRecords_doesNotCount() {
        write("a");
        answer(host(0), names -> new ListReply.ListFailed(0, new Failure.RecordsDamaged(host(0), "checksum")));
        assertThat(names(get(files.list("")))).containsExactly("a");
    }

    @Test
    void namesOfWhichTheEndIsNotKnown_areAskedForThemselves() {
        write("a", "b");
        answer(
                host(0),
                names -> reply(
                        name("a", 0, false, true), // a creation that is decided elsewhere
                        name("b", 1, true, true), // a deletion that is not
                        name("c", 0, false, true))); // a creation that is not
        assertThat(names(get(files.list("")))).containsExactly("a", "b");
        assertThat(cluster.calls.stream().filter(Call.Stat.class::isInstance)).hasSize(3);
    }

    @Test
    void highestVersion_wins() {
        write("a");
        answer(host(0), names -> reply(name("a", 9, false, false), name("d", 9, true, false)));
        assertThat(names(get(files.list("")))).containsExactly("d");
    }
}
