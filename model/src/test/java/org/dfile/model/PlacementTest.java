package org.dfile.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlacementTest {

    private static List<String[]> vectors(String kind) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(PlacementTest.class.getResourceAsStream("placement-vectors.csv"))) {
            List<String[]> rows = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(kind + ","))
                    .map(line -> line.split(",", -1))
                    .toList();
            assertThat(rows).hasSizeGreaterThan(15);
            return rows;
        }
    }

    private static HostList list(int hosts, int replicas) {
        return new HostList(
                new ClusterId(new UUID(1, 1)),
                1,
                replicas,
                IntStream.rangeClosed(1, hosts).mapToObj(PlacementTest::host).toList());
    }

    private static Host host(int number) {
        return new Host(
                new HostId("n" + number), new HostAddress("h" + number, 7_400), new VolumeId(new UUID(2, number)));
    }

    private static Stream<Slot> slots() {
        return IntStream.range(0, Slot.COUNT).mapToObj(Slot::new);
    }

    @Test
    void slot_ofPublishedNames_isThePublishedOne() throws IOException {
        for (String[] row : vectors("slot")) {
            assertThat(FileName.of(row[1]).slot()).as(row[1]).hasToString(row[2]);
        }
    }

    @Test
    void weight_ofPublishedSlotsAndHosts_isThePublishedOne() throws IOException {
        for (String[] row : vectors("weight")) {
            long weight = Placement.weight(new Slot(Integer.parseInt(row[1])), new HostId(row[2]));
            assertThat(Long.toUnsignedString(weight))
                    .as("%s %s", row[1], row[2])
                    .isEqualTo(row[3]);
        }
    }

    @Test
    void replicas_ofPublishedSlots_areThePublishedHostsInOrder() throws IOException {
        for (String[] row : vectors("hosts")) {
            Placement placement = new Placement(list(5, Integer.parseInt(row[2])));
            assertThat(placement.replicasOf(new Slot(Integer.parseInt(row[1]))))
                    .as("slot %s, %s replicas", row[1], row[2])
                    .extracting(host -> host.id().text())
                    .containsExactly(row[3].split(" ", -1));
        }
    }

    @Test
    void replicas_ofAName_areThoseOfItsSlotHoweverOftenAsked() {
        Placement placement = new Placement(list(5, 3));
        FileName name = FileName.of("hello.txt");

        assertThat(placement.replicasOf(name))
                .isEqualTo(placement.replicasOf(name.slot()))
                .isEqualTo(new Placement(list(5, 3)).replicasOf(name))
                .hasSize(3)
                .doesNotHaveDuplicates();
    }

    /** Each of 5 hosts keeps a fifth of 4,096 slots; 15 % off is more than five standard deviations. */
    @Test
    void slots_areSpreadEvenly() {
        Placement placement = new Placement(list(5, 1));
        Map<Host, Integer> kept = new HashMap<>();
        slots().forEach(slot -> kept.merge(placement.replicasOf(slot).get(0), 1, Integer::sum));

        assertThat(kept).hasSize(5);
        assertThat(kept.values()).allSatisfy(count -> assertThat(count).isBetween(696, 942));
    }

    @Test
    void names_areSpreadOverSlotsEvenly() {
        int[] perSlot = new int[Slot.COUNT];
        for (int i = 0; i < 100 * Slot.COUNT; i++) {
            perSlot[FileName.of("dir/file-" + i).slot().number()]++;
        }

        assertThat(IntStream.of(perSlot).summaryStatistics().getMin()).isGreaterThan(50);
        assertThat(IntStream.of(perSlot).summaryStatistics().getMax()).isLessThan(160);
    }

    /** The property that rendezvous hashing is chosen for. */
    @Test
    void hostRemoved_movesOnlyWhatItKept() {
        HostList before = list(5, 3);
        List<Host> rest = new ArrayList<>(before.hosts());
        Host gone = rest.remove(2);
        Placement old = new Placement(before);
        Placement now = new Placement(new HostList(before.cluster(), 2, 3, rest));

        slots().forEach(slot -> {
            List<Host> stayed = new ArrayList<>(old.replicasOf(slot));
            boolean keptIt = stayed.remove(gone);
            List<Host> replicas = now.replicasOf(slot);
            assertThat(replicas.subList(0, stayed.size())).isEqualTo(stayed);
            assertThat(replicas).hasSize(keptIt ? stayed.size() + 1 : stayed.size());
        });
    }

    @Test
    void orderOfTheList_doesNotMatter() {
        HostList list = list(5, 3);
        List<Host> reversed = new ArrayList<>(list.hosts());
        Collections.reverse(reversed);
        Placement placement = new Placement(list);
        Placement other = new Placement(new HostList(list.cluster(), 1, 3, reversed));

        slots().forEach(slot -> assertThat(other.replicasOf(slot)).isEqualTo(placement.replicasOf(slot)));
    }

    @Test
    void slot_outOfRange_isRefused() {
        assertThat(new Slot(4_095).number()).isEqualTo(4_095);
        assertThatThrownBy(() -> new Slot(4_096)).hasMessage("slot 4096 is not in 0..4095");
        assertThatThrownBy(() -> new Slot(-1)).hasMessage("slot -1 is not in 0..4095");
    }
}
