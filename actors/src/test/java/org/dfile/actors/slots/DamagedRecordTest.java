package org.dfile.actors.slots;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.dfile.actors.FileServerMessage;
import org.dfile.model.Batch;
import org.dfile.model.FileName;
import org.dfile.model.replica.StateId;
import org.dfile.store.AmnesiacException;
import org.dfile.store.Damage;
import org.dfile.store.Standing;
import org.junit.jupiter.api.Test;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/** A slot with a damaged record rejoins, and has nothing damaged afterwards (I10), whoever else has such a file. */
class DamagedRecordTest extends SlotsTest {

    private static final FileName NAME = FileName.of("a");

    private static void damage(SlotsCluster.Member member) throws Exception {
        member.kill();
        damageRecord(member.directory);
        member.open();
        assertThatThrownBy(() -> standing(member))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(AmnesiacException.class);
    }

    /** Puts something in place of the record that cannot be one; the volume is closed. */
    private static void damageRecord(Path volume) throws Exception {
        String database = volume.resolve("db").toString();
        List<ColumnFamilyDescriptor> families = new ArrayList<>();
        try (Options options = new Options()) {
            RocksDB.listColumnFamilies(options, database)
                    .forEach(family -> families.add(new ColumnFamilyDescriptor(family)));
        }
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (DBOptions options = new DBOptions();
                RocksDB db = RocksDB.open(options, database, families, handles)) {
            for (ColumnFamilyHandle handle : handles) {
                if (new String(handle.getName(), UTF_8).equals("files")) {
                    db.put(handle, NAME.utf8(), new byte[] {1, 2, 3});
                }
                handle.close();
            }
        }
    }

    private static Standing standing(SlotsCluster.Member member) throws Exception {
        return SlotsCluster.await(member.store().standing(NAME));
    }

    /** The volume has the file as expected, and the slot votes. */
    private static void awaitWell(SlotsCluster.Member member, StateId expected) {
        await().atMost(SlotsCluster.patience())
                .ignoreException(ExecutionException.class)
                .untilAsserted(() -> {
                    assertThat(standing(member).committed().id()).isEqualTo(expected);
                    assertThat(member.store().slot(NAME.slot()).complete()).isTrue();
                });
    }

    private static void lost(SlotsCluster cluster, SlotsCluster.Member member) throws Exception {
        cluster.beginAll();
        awaitOrder(cluster, cluster.all());
        member.slots().tell(new SlotsMessage.RecordLost(NAME));
    }

    private static String troubleOf(SlotsCluster.Member member, String part) {
        return member.files
                .fishForMessage(
                        SlotsCluster.patience(),
                        message -> message instanceof FileServerMessage.Trouble trouble
                                        && trouble.detail().contains(part)
                                ? FishingOutcomes.complete()
                                : FishingOutcomes.continueAndIgnore())
                .get(0)
                .toString();
    }

    @Test
    void othersHaveTheFile_recordIsReplacedAndLeavesTheList() throws Exception {
        SlotsCluster cluster = prepared(3, 3, "");
        cluster.openAll();
        StateId written = SlotsCluster.write(NAME, "one", List.copyOf(cluster.members.values()));
        SlotsCluster.Member member = cluster.of(NAME.slot()).get(0);
        damage(member);
        await().until(() -> !member.store().scrubStatus().damage().isEmpty());
        lost(cluster, member);
        awaitWell(member, written);
        await().until(() -> member.store().scrubStatus().damage().isEmpty());
        awaitOrder(cluster, cluster.all());
    }

    /** What nobody else has cannot be chosen any more; before, the slot rejoined again and again. */
    @Test
    void nobodyElseHasTheFile_recordIsTakenAwayAndKeptAside() throws Exception {
        SlotsCluster cluster = prepared(3, 3, "");
        cluster.openAll();
        SlotsCluster.Member member = cluster.of(NAME.slot()).get(1);
        SlotsCluster.write(NAME, "one", List.of(member));
        damage(member);
        lost(cluster, member);
        awaitWell(member, StateId.NONE);
        assertThat(troubleOf(member, "taken away")).contains(NAME.toString(), "quarantine");
        Damage damage = member.store().scrubStatus().damage().get(0);
        assertThat(member.directory.resolve(damage.copy())).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(SlotsCluster.await(member.store().page(NAME.slot(), "", 10)).entries())
                .isEmpty();
        awaitOrder(cluster, cluster.all());
    }

    /** Its creation may be chosen: one other has accepted it. */
    @Test
    void anotherHasOnlyABatchOfTheFile_batchIsTakenOver() throws Exception {
        SlotsCluster cluster = prepared(3, 3, "");
        cluster.openAll();
        SlotsCluster.Member member = cluster.of(NAME.slot()).get(0);
        Batch created = SlotsCluster.batchOf("one");
        SlotsCluster.write(NAME, "one", List.of(member));
        SlotsCluster.accept(cluster.of(NAME.slot()).get(1), NAME, StateId.NONE, created);
        damage(member);
        lost(cluster, member);
        awaitWell(member, StateId.NONE);
        assertThat(standing(member).pending().orElseThrow().id()).isEqualTo(SlotsCluster.id(created));
        assertThat(standing(member).pending().orElseThrow().ballot()).isEqualTo(SlotsCluster.WRITTEN);
    }

    /** While one of the others is away it may be the one that has the file. */
    @Test
    void anotherIsDown_recordStaysAndTheSlotDoesNotVote() throws Exception {
        SlotsCluster cluster = prepared(3, 3, "");
        cluster.openAll();
        SlotsCluster.Member member = cluster.of(NAME.slot()).get(0);
        SlotsCluster.Member away = cluster.of(NAME.slot()).get(2);
        StateId written = SlotsCluster.write(NAME, "one", List.of(member, away));
        damage(member);
        cluster.beginAll();
        awaitOrder(cluster, cluster.all());
        away.kill();
        member.slots().tell(new SlotsMessage.RecordLost(NAME));
        await().atMost(SlotsCluster.patience())
                .until(() -> !member.store().slot(NAME.slot()).complete());
        troubleOf(member, "gets it back");
        assertThatThrownBy(() -> standing(member)).hasCauseInstanceOf(AmnesiacException.class);
        away.start();
        awaitWell(member, written);
    }
}
