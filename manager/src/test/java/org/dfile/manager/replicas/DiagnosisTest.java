package org.dfile.manager.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dfile.manager.replicas.Replicas.answer;
import static org.dfile.manager.replicas.Replicas.file;
import static org.dfile.manager.replicas.Replicas.host;
import static org.dfile.manager.replicas.Replicas.nothing;
import static org.dfile.manager.replicas.Replicas.pending;
import static org.dfile.manager.replicas.Replicas.silent;
import static org.dfile.manager.replicas.Replicas.state;
import static org.dfile.manager.replicas.Replicas.without;

import java.util.List;
import java.util.Optional;
import org.dfile.manager.replicas.Diagnosis.Condition;
import org.dfile.model.FileName;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.ReplicaReport;
import org.dfile.protocol.ReplicaReport.Holding;
import org.dfile.protocol.ReplicaReport.Role;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is said of a file, for every way in which its replicas can be. */
final class DiagnosisTest {

    private static Diagnosis of(ReplicaAnswer... answers) {
        return Diagnosis.of(FileName.of("a"), new ReplicaSet(List.of(answers)), "dfile");
    }

    private static String findings(Diagnosis diagnosis) {
        return String.join("\n", diagnosis.findings());
    }

    private static String next(Diagnosis diagnosis) {
        return String.join("\n", diagnosis.next());
    }

    @Nested
    class Well {

        @Test
        void allAlike_isWell() {
            Diagnosis diagnosis = of(file(1, 4), file(2, 4), file(3, 4));
            assertThat(diagnosis.condition()).isEqualTo(Condition.WELL);
            assertThat(findings(diagnosis)).isEqualTo("its 3 copies are alike and up to date");
            assertThat(diagnosis.next()).isEmpty();
        }

        @Test
        void changeUnderWay_isWell() {
            assertThat(of(file(1, 4), pending(2, 3, 4), pending(3, 4, 5)).condition())
                    .isEqualTo(Condition.WELL);
        }

        @Test
        void oneCopy_isWell() {
            assertThat(findings(of(file(1, 4)))).isEqualTo("its only copy is up to date");
        }

        @Test
        void noFile_isSaid() {
            Diagnosis diagnosis = of(nothing(1), nothing(2), nothing(3));
            assertThat(diagnosis.condition()).isEqualTo(Condition.WELL);
            assertThat(findings(diagnosis)).contains("there is no such file");
        }

        @Test
        void acceptedLoss_isSaidForEver() {
            Diagnosis diagnosis =
                    of(file(1, 4), file(2, 4), answer(3, Holding.FILE, state(4, 0), Optional.empty(), 0, true));
            assertThat(diagnosis.condition()).isEqualTo(Condition.WELL);
            assertThat(findings(diagnosis)).contains("when h3 got a new disk");
        }
    }

    @Nested
    class Degraded {

        @Test
        void oneSilent_isServedByTheOthers() {
            Diagnosis diagnosis = of(file(1, 4), silent(2), file(3, 4));
            assertThat(diagnosis.condition()).isEqualTo(Condition.DEGRADED);
            assertThat(findings(diagnosis)).isEqualTo("h2 does not answer; the file is served by h1, h3");
            assertThat(next(diagnosis)).contains("\"dfile up\"");
        }

        @Test
        void oneBehind_isBroughtUp() {
            Diagnosis diagnosis = of(file(1, 4), file(2, 4), file(3, 2));
            assertThat(diagnosis.condition()).isEqualTo(Condition.DEGRADED);
            assertThat(findings(diagnosis)).isEqualTo("h3 is behind");
            assertThat(next(diagnosis)).contains("1.4 by itself");
        }

        @Test
        void oneNeverHeardOfTheFile_isBehind() {
            assertThat(findings(of(file(1, 4), file(2, 4), nothing(3)))).isEqualTo("h3 is behind");
        }

        @Test
        void oneRejoins_takesItsCopiesFromAllOthers() {
            Diagnosis diagnosis = of(file(1, 4), file(2, 4), without(3, Holding.INCOMPLETE));
            assertThat(diagnosis.condition()).isEqualTo(Condition.DEGRADED);
            assertThat(next(diagnosis)).contains("from all other hosts");
        }

        @Test
        void oneRecordDamaged_comesBackFromTheOthers() {
            Diagnosis diagnosis = of(file(1, 4), file(2, 4), without(3, Holding.RECORD_DAMAGED));
            assertThat(diagnosis.condition()).isEqualTo(Condition.DEGRADED);
            assertThat(findings(diagnosis)).contains("h3 has a damaged record");
        }

        @Test
        void damagedBytes_anotherCopyIsWhole_areRepairedByThemselves() {
            Diagnosis diagnosis =
                    of(file(1, 4), file(2, 4), answer(3, Holding.FILE, state(4, 0), Optional.empty(), 2, false));
            assertThat(diagnosis.condition()).isEqualTo(Condition.DEGRADED);
            assertThat(findings(diagnosis)).contains("damaged on h3");
            assertThat(next(diagnosis)).contains("taken from h1, h2 by themselves");
        }
    }

    @Nested
    class Unavailable {

        @Test
        void majoritySilent_waits() {
            Diagnosis diagnosis = of(file(1, 4), silent(2), silent(3));
            assertThat(diagnosis.condition()).isEqualTo(Condition.UNAVAILABLE);
            assertThat(findings(diagnosis))
                    .contains("only 1 of 3 copies", "2 are needed", "h2, h3 do not answer")
                    .doesNotContain("served by");
        }

        @Test
        void twoCopiesOneSilent_waits() {
            assertThat(of(file(1, 4), silent(2)).condition()).isEqualTo(Condition.UNAVAILABLE);
        }

        @Test
        void emptyDirectoryWithoutAMajority_staysUnavailable() {
            Diagnosis diagnosis = of(file(1, 4), without(2, Holding.NO_VOLUME), silent(3));
            assertThat(diagnosis.condition()).isEqualTo(Condition.UNAVAILABLE);
            assertThat(next(diagnosis)).contains("dfile replace-disk h2");
        }

        @Test
        void nobodyLeads_isSaid() {
            ReplicaAnswer lost = ReplicaAnswer.of(
                    host(1),
                    new ReplicaReport(
                            Holding.FILE,
                            1,
                            Role.ELECTING,
                            Optional.empty(),
                            state(4, 0),
                            5,
                            Optional.empty(),
                            0,
                            false,
                            0,
                            ""));
            Diagnosis diagnosis = of(lost, lost, lost);
            assertThat(diagnosis.condition()).isEqualTo(Condition.UNAVAILABLE);
            assertThat(findings(diagnosis)).contains("no host coordinates it");
        }
    }

    @Nested
    class NeedsYou {

        @Test
        void emptyDirectory_isToBeReplaced() {
            Diagnosis diagnosis = of(file(1, 4), file(2, 4), without(3, Holding.NO_VOLUME));
            assertThat(diagnosis.condition()).isEqualTo(Condition.NEEDS_YOU);
            assertThat(next(diagnosis)).contains("dfile replace-disk h3");
        }

        @Test
        void damagedBytes_noWholeCopy_areToBeWrittenAnew() {
            ReplicaAnswer second = answer(2, Holding.FILE, state(4, 0), Optional.empty(), 1, false);
            ReplicaAnswer third = answer(3, Holding.FILE, state(4, 0), Optional.empty(), 2, false);
            Diagnosis diagnosis = of(silent(1), second, third);
            assertThat(diagnosis.condition()).isEqualTo(Condition.NEEDS_YOU);
            assertThat(findings(diagnosis)).contains("damaged on h2, h3", "no copy that is there is whole");
            assertThat(next(diagnosis)).contains("dfile put FILE a");
        }

        @Test
        void twoHistories_stopTheFile() {
            ReplicaAnswer other = answer(3, Holding.FILE, state(4, 1), Optional.empty(), 0, false);
            Diagnosis seen = of(file(1, 4), file(2, 4), other);
            assertThat(seen.condition()).isEqualTo(Condition.NEEDS_YOU);
            assertThat(findings(seen)).contains("two histories").doesNotContain("behind");
            Diagnosis marked = of(file(1, 4), file(2, 4), without(3, Holding.DIVERGED));
            assertThat(marked.condition()).isEqualTo(Condition.NEEDS_YOU);
            assertThat(findings(marked)).contains("stopped on h3");
        }

        @Test
        void otherHostList_isSaid() {
            assertThat(of(file(1, 4), file(2, 4), without(3, Holding.NOT_A_REPLICA))
                            .condition())
                    .isEqualTo(Condition.NEEDS_YOU);
        }
    }

    @Test
    void states_areShort() {
        ReplicaSet replicas = new ReplicaSet(List.of(
                file(1, 4),
                pending(2, 4, 5),
                pending(3, 3, 4),
                file(4, 2),
                without(5, Holding.INCOMPLETE),
                answer(6, Holding.TOMBSTONE, StateId.NONE, Optional.empty(), 1, true),
                silent(7)));
        assertThat(replicas.answers().stream().map(replicas::state))
                .containsExactly(
                        "up to date",
                        "up to date, has a pending batch",
                        "up to date",
                        "behind",
                        "rejoining, no vote yet",
                        "behind, damaged places: 1, loss accepted",
                        "does not answer");
        assertThat(replicas.answers().stream().map(replicas::role).distinct())
                .containsExactly("coordinator", "replica", "-");
    }
}
