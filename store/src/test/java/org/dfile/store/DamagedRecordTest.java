package org.dfile.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dfile.store.TestVolume.KIB;

import java.nio.file.Files;
import org.dfile.model.Operation;
import org.dfile.model.replica.Committed;
import org.junit.jupiter.api.Test;

/** What becomes of a damaged record that no other replica has (I10). */
class DamagedRecordTest extends ReplicaTestCase {

    @Test
    void forget_damagedRecordOfASlotWithoutAVote_isGoneAndKeptAside() throws Exception {
        volume.create(NAME, content(900 * KIB));
        accept(ballot(1), FIRST, new Operation.WriteStaged(0, volume.stage(content(100 * KIB))));
        volume.damageRecord(NAME);
        TestVolume.await(volume.store.lose(SLOT));
        assertThatThrownBy(() -> TestVolume.await(volume.store.page(SLOT, "", 10)))
                .isInstanceOf(AmnesiacException.class);

        assertThat(TestVolume.await(volume.store.forget(NAME))).isTrue();
        volume.reopen();
        assertThat(TestVolume.await(volume.store.standing(NAME)).committed()).isEqualTo(Committed.NONE);
        assertThat(TestVolume.await(volume.store.page(SLOT, "", 10)).entries()).isEmpty();
        assertThat(volume.store.pending(NAME)).isEmpty();
        assertThat(volume.store.digest(SLOT)).isEqualTo(new SlotDigest(SLOT, 0, 0));
        VolumeUsage usage = volume.store.usage();
        assertThat(usage.files()).isZero();
        assertThat(usage.bytes()).isZero();
        assertThat(usage.liveBytes()).isZero();
        assertThat(volume.store.changedSince(0, 10).entries()).isEmpty();
        Damage damage = volume.store.scrubStatus().damage().get(0);
        assertThat(damage.kind()).isEqualTo(Damage.Kind.RECORD);
        assertThat(Files.readAllBytes(directory.resolve(damage.copy()))).startsWith(1, 2, 3);
        volume.create(NAME, content(10));
        assertThat(volume.readAll(NAME)).hasSize(10);
    }

    @Test
    void forget_slotVotesOrRecordIsWell_nothing() throws Exception {
        volume.create(NAME, content(10));
        TestVolume.await(volume.store.lose(SLOT));
        assertThat(TestVolume.await(volume.store.forget(NAME))).isFalse();
        assertThat(volume.readAll(NAME)).hasSize(10);
        TestVolume.await(volume.store.complete(SLOT, ballot(9), 0));
        volume.damageRecord(NAME);
        assertThat(TestVolume.await(volume.store.forget(NAME))).isFalse();
        assertThatThrownBy(() -> volume.store.state(NAME)).isInstanceOf(AmnesiacException.class);
    }
}
