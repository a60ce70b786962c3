package org.dfile.actors.slots;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.dfile.model.Ballot;
import org.dfile.model.ChainHash;
import org.dfile.model.ClusterId;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.ListId;
import org.dfile.model.Slot;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.RecordEntry;
import org.dfile.protocol.peer.SlotPeerMessage.PageMail;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static final HostId H1 = new HostId("h1");
    private static final HostId H2 = new HostId("h2");
    private static final Ballot BALLOT = new Ballot(1, H1, new Life(1, 1));

    private final Comparison comparison = new Comparison(Set.of(H1, H2));

    private static StateId state(long seq) {
        return new StateId(new FileVersion(1, seq), new ChainHash(String.format("%064x", seq)));
    }

    private static RecordEntry entry(String name, long seq) {
        return new RecordEntry(
                FileName.of(name), new Committed(state(seq), false, Optional.of(BALLOT)), Optional.empty());
    }

    private static PageMail page(HostId from, String after, boolean more, RecordEntry... entries) {
        return new PageMail(
                new ListId(new ClusterId(new UUID(1, 1)), 1),
                from,
                new Slot(0),
                Optional.empty(),
                after,
                List.of(entries),
                more,
                0);
    }

    @Test
    void onPage_alike_saysSo() {
        comparison.onPage(page(H1, "", false, entry("a", 1)));
        List<Comparison.Found> found =
                comparison.onPage(page(H2, "", false, entry("a", 1))).orElseThrow();
        assertThat(found)
                .singleElement()
                .satisfies(one -> assertThat(one.alike()).isTrue());
        assertThat(comparison.isEnded()).isTrue();
    }

    @Test
    void onPage_missingBehindOrUndecided_isNotAlike() {
        RecordEntry undecided = new RecordEntry(
                FileName.of("c"), entry("c", 1).committed(), Optional.of(new Pending(BALLOT, state(1), state(2))));
        comparison.onPage(page(H1, "", false, entry("a", 1), entry("b", 2), undecided));
        List<Comparison.Found> found = comparison
                .onPage(page(H2, "", false, entry("b", 1), entry("c", 1)))
                .orElseThrow();
        assertThat(found)
                .extracting(one -> one.name() + " " + one.holders() + " " + one.alike())
                .containsExactly("a 1 false", "b 1 false", "c 2 false");
        assertThat(found.get(1).highest().id()).isEqualTo(state(2));
    }

    /** The pages of two replicas end at different names: only what both reach is compared. */
    @Test
    void onPage_pagesOfDifferentReach_noNameIsTakenForMissing() {
        List<String> different = new ArrayList<>();
        comparison.onPage(page(H1, "", true, entry("a", 1), entry("b", 1)));
        comparison
                .onPage(page(H2, "", true, entry("a", 1), entry("b", 1), entry("c", 1)))
                .orElseThrow()
                .forEach(one -> different.add(one.name() + " " + one.alike()));
        assertThat(comparison.after()).isEqualTo("b");
        assertThat(comparison.onPage(page(H1, "", false, entry("x", 1)))).isEmpty();
        assertThat(comparison.missing()).containsExactlyInAnyOrder(H1, H2);
        comparison.onPage(page(H1, "b", false, entry("c", 1)));
        comparison
                .onPage(page(H2, "b", false, entry("c", 1)))
                .orElseThrow()
                .forEach(one -> different.add(one.name() + " " + one.alike()));
        assertThat(different).containsExactly("a true", "b true", "c true");
        assertThat(comparison.isEnded()).isTrue();
    }
}
