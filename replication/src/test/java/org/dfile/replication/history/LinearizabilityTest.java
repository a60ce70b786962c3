package org.dfile.replication.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dfile.replication.history.Linearizability.Verdict.LINEARIZABLE;
import static org.dfile.replication.history.Linearizability.Verdict.NOT_LINEARIZABLE;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.WriteMode;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class LinearizabilityTest {

    private final List<Call> calls = new ArrayList<>();
    private long changes;

    private static Change append(String text) {
        return new Change.Append(0, true, bytes(text));
    }

    private static Change write(long offset, String text) {
        return new Change.Write(0, offset, bytes(text));
    }

    private static Bytes bytes(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** A change by a session of its own, seen to put bytes at an offset of generation 1. */
    private void put(long from, long to, Change change, long offset, long length) {
        add(from, to, change, new Seen.Done(1, offset, change.bytes().byteCount(), length));
    }

    private void add(long from, long to, Change change, Seen seen) {
        calls.add(new Call((int) ++changes, 1, Optional.of(change), from, to, Optional.of(seen), 0));
    }

    private void unknown(long from, Change change) {
        calls.add(new Call((int) ++changes, 1, Optional.of(change), from, Call.NEVER, Optional.empty(), 0));
    }

    private void read(long from, long to, String content) {
        Seen seen = new Seen.Content(1, bytes(content));
        calls.add(new Call(0, 0, Optional.empty(), from, to, Optional.of(seen), 0));
    }

    private void readAbsent(long from, long to) {
        calls.add(new Call(0, 0, Optional.empty(), from, to, Optional.of(new Seen.Absent()), 0));
    }

    private Linearizability.Verdict verdict() {
        return Linearizability.check(calls);
    }

    @Nested
    class Accepts {

        @Test
        void calls_oneAfterTheOther_inTheirOrder() {
            put(1, 2, append("a"), 0, 1);
            put(3, 4, append("b"), 1, 2);
            read(5, 6, "ab");
            assertThat(verdict()).isEqualTo(LINEARIZABLE);
        }

        @Test
        void overlappingCalls_inAnyOrder() {
            put(1, 10, append("a"), 1, 2);
            put(2, 9, append("b"), 0, 1);
            read(3, 8, "b");
            read(4, 7, "ba");
            assertThat(verdict()).isEqualTo(LINEARIZABLE);
        }

        @Test
        void unknownOutcome_thatNeverTookEffect() {
            unknown(1, append("a"));
            readAbsent(2, 3);
            readAbsent(100, 101);
            assertThat(verdict()).isEqualTo(LINEARIZABLE);
        }

        @Test
        void unknownOutcome_thatTookEffectLongAfter() {
            unknown(1, append("a"));
            readAbsent(2, 3);
            put(4, 5, append("b"), 0, 1);
            read(6, 7, "b");
            read(8, 9, "ba");
            assertThat(verdict()).isEqualTo(LINEARIZABLE);
        }

        @Test
        void unknownOutcome_seenOnlyByTheOffsetOfAnother() {
            unknown(1, append("xyz"));
            put(2, 3, append("b"), 3, 4);
            assertThat(verdict()).isEqualTo(LINEARIZABLE);
        }

        @Test
        void unknownOverwrite_hiddenByALaterOne_withinItsBounds() {
            put(1, 2, append("abc"), 0, 3);
            unknown(3, write(1, "X"));
            unknown(4, write(1, "Y"));
            read(5, 6, "aYc");
            read(7, 8, "aXc");
            assertThat(verdict()).isEqualTo(LINEARIZABLE);
        }

        @Test
        void manyUnknownOutcomes_ofWhichSomeTookEffect() {
            for (int i = 0; i < 12; i++) {
                unknown(1 + i, append(String.valueOf((char) ('a' + i))));
            }
            read(50, 51, "ceg");
            read(52, 53, "cegab");
            assertThat(verdict()).isEqualTo(LINEARIZABLE);
        }

        @Test
        void refusal_betweenDeletionAndCreation() {
            put(1, 2, append("a"), 0, 1);
            add(3, 9, new Change.Delete(0), new Seen.Done(1, 0, 0, 0));
            add(4, 8, write(0, "b"), new Seen.NoSuchFile());
            add(5, 10, new Change.Replace(WriteMode.CREATE_NEW, bytes("c")), new Seen.Done(2, 0, 1, 1));
            assertThat(verdict()).isEqualTo(LINEARIZABLE);
        }
    }

    @Nested
    class Rejects {

        @Test
        void staleRead() {
            put(1, 2, append("a"), 0, 1);
            put(3, 4, append("b"), 1, 2);
            read(5, 6, "a");
            assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
        }

        @Test
        void readsThatGoBack() {
            put(1, 20, append("a"), 0, 1);
            read(2, 3, "a");
            readAbsent(4, 5);
            assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
        }

        @Test
        void lostWrite() {
            put(1, 2, append("a"), 0, 1);
            put(3, 4, append("b"), 0, 1);
            read(5, 6, "b");
            assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
        }

        @Test
        void lostLastWrite() {
            put(1, 2, append("a"), 0, 1);
            readAbsent(3, 4);
            assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
        }

        @Test
        void doubleAppend() {
            put(1, 2, append("a"), 0, 1);
            read(3, 4, "aa");
            assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
        }

        @Test
        void doubleAppend_ofAnUnknownOutcome() {
            unknown(1, append("a"));
            read(3, 4, "aa");
            assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
        }

        @Test
        void wrongOffset() {
            put(1, 2, append("ab"), 0, 2);
            put(3, 4, append("c"), 1, 2);
            assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
        }

        @Test
        void wrongBytes_ofTheRightLength() {
            put(1, 2, append("ab"), 0, 2);
            read(3, 4, "xb");
            assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
        }

        @Test
        void wrongRefusal() {
            put(1, 2, append("a"), 0, 1);
            add(3, 4, write(0, "b"), new Seen.NoSuchFile());
            assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
        }

        @Test
        void wrongGeneration() {
            put(1, 2, append("a"), 0, 1);
            add(3, 4, new Change.Delete(0), new Seen.Done(1, 0, 0, 0));
            put(5, 6, append("b"), 0, 1);
            assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
        }

        @Test
        void changesOfOneSession_inTheWrongOrder() {
            Seen first = new Seen.Done(1, 0, 1, 1);
            Seen second = new Seen.Done(1, 1, 1, 2);
            calls.add(new Call(1, 2, Optional.of(append("b")), 1, 10, Optional.of(first), 0));
            calls.add(new Call(1, 1, Optional.of(append("a")), 2, 9, Optional.of(second), 0));
            assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
        }

        @Test
        void effect_beforeItsCallBegan() {
            read(1, 2, "a");
            put(3, 4, append("a"), 0, 1);
            assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
        }

        @Test
        void unknownOutcome_thatComesAndGoes() {
            unknown(1, append("a"));
            read(2, 3, "a");
            readAbsent(4, 5);
            assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
        }
    }

    @Test
    void hints_thatAreWrong_changeNoVerdict() {
        Seen first = new Seen.Done(1, 0, 1, 1);
        Seen second = new Seen.Done(1, 1, 1, 2);
        calls.add(new Call(1, 1, Optional.of(append("a")), 1, 2, Optional.of(first), 9));
        calls.add(new Call(2, 1, Optional.of(append("b")), 3, 4, Optional.of(second), 1));
        read(5, 6, "ab");
        assertThat(verdict()).isEqualTo(LINEARIZABLE);
        read(7, 8, "ba");
        assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
    }
}
