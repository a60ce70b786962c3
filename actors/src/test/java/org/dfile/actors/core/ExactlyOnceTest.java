package org.dfile.actors.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.Outcome;
import org.dfile.model.Receipt;
import org.dfile.model.SessionId;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * I8 against a model: clients send numbered appends, duplicated, reordered, with gaps and a moving {@code first}.
 * Whatever happens, a number takes effect at most once, those of one session in ascending order, and everybody who asks
 * for the outcome of a number is told the same. Replay a failure with {@code -Ddfile.seed=N}.
 */
final class ExactlyOnceTest {

    private static final int STEPS = 300;
    private static final int SESSIONS = 6;

    /** One client: what it has sent, what it still wants to know, what it was told. */
    private static final class Client {
        final int id;
        long next = 1;
        long first = 1;
        final Map<Long, Proposal> sent = new HashMap<>();
        final Map<Long, Outcome> told = new HashMap<>();

        Client(int id) {
            this.id = id;
        }
    }

    private final PlannedFile file = new PlannedFile(new BatchLimits(5, 60, SESSIONS));
    private final List<Client> clients = new ArrayList<>();
    private final List<Proposal> waiting = new ArrayList<>();

    @RepeatedTest(60)
    void numbers_inAnyOrder_takeEffectAtMostOnceAndInOrder(RepetitionInfo repetition) {
        long seed = Long.getLong("dfile.seed", 7_919L * repetition.getCurrentRepetition());
        try {
            run(new Random(seed));
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("replay with -Ddfile.seed=" + seed, e);
        }
    }

    private void run(Random random) {
        for (int id = 1; id <= SESSIONS; id++) {
            clients.add(new Client(id));
        }
        for (int step = 0; step < STEPS; step++) {
            Client client = clients.get(random.nextInt(clients.size()));
            switch (random.nextInt(6)) {
                case 0, 1 -> send(client, random);
                case 2 -> sendAgain(client, random);
                case 3 -> client.first = Math.min(client.next, client.first + random.nextInt(3));
                case 4 -> reorderOrLose(random);
                default -> decide();
            }
        }
        decide();
        check();
    }

    private void send(Client client, Random random) {
        client.first = Math.max(client.first, client.next - 20);
        String mark = "<" + client.id + ":" + client.next + ">";
        Change change = new Change.Append(0, random.nextInt(4) > 0, Bytes.of(mark.getBytes(StandardCharsets.US_ASCII)));
        if (random.nextInt(12) == 0) {
            change = new Change.Create(true, false); // mostly a judged failure: uses up its number all the same
        }
        Proposal proposal = PlannedFile.proposal(client.id, client.next, client.first, 0, change);
        client.sent.put(client.next, proposal);
        client.next++;
        waiting.add(random.nextInt(waiting.size() + 1), proposal);
    }

    private void sendAgain(Client client, Random random) {
        if (client.next > 1) {
            long number = 1 + random.nextInt((int) client.next - 1);
            waiting.add(client.sent.get(number));
        }
    }

    private void reorderOrLose(Random random) {
        if (!waiting.isEmpty()) {
            Proposal moved = waiting.remove(random.nextInt(waiting.size()));
            if (random.nextInt(3) > 0) {
                waiting.add(moved);
            }
        }
    }

    private void decide() {
        List<Verdict> verdicts = file.step(waiting);
        List<Proposal> open = new ArrayList<>();
        for (int i = 0; i < verdicts.size(); i++) {
            Verdict verdict = verdicts.get(i);
            if (verdict instanceof Verdict.Executes executes) {
                tell(waiting.get(i), executes.outcome());
            } else if (verdict instanceof Verdict.Remembered remembered) {
                tell(waiting.get(i), remembered.outcome());
            } else if (!(verdict instanceof Verdict.Refused)) {
                open.add(waiting.get(i));
            }
        }
        waiting.clear();
        waiting.addAll(open);
    }

    private void tell(Proposal proposal, Outcome outcome) {
        Client client = clients.get((int) proposal.stamp().session().value().getLeastSignificantBits() - 1);
        Outcome before = client.told.putIfAbsent(proposal.stamp().number(), outcome);
        assertThat(before == null ? outcome : before)
                .as("outcome of %s", proposal.stamp())
                .isEqualTo(outcome);
    }

    /** The content is the naive model: each mark in it is one effect. */
    private void check() {
        Map<SessionId, Long> highest = new HashMap<>();
        Map<String, Integer> offsets = new HashMap<>();
        int offset = 0;
        for (String mark : file.content().split("(?<=>)")) {
            if (!mark.isEmpty()) {
                String[] parts = mark.substring(1, mark.length() - 1).split(":");
                Long before = highest.put(PlannedFile.session(Integer.parseInt(parts[0])), Long.parseLong(parts[1]));
                assertThat(before == null ? 0 : before)
                        .as("number before %s", mark)
                        .isLessThan(Long.parseLong(parts[1]));
                offsets.put(mark, offset);
                offset += mark.length();
            }
        }
        for (Client client : clients) {
            client.told.forEach((number, outcome) -> checkTold(client, number, outcome, offsets));
        }
    }

    private static void checkTold(Client client, long number, Outcome outcome, Map<String, Integer> offsets) {
        String mark = "<" + client.id + ":" + number + ">";
        boolean appends = client.sent.get(number).change() instanceof Change.Append;
        if (outcome instanceof Outcome.Done done && appends) {
            Receipt receipt = done.receipt();
            assertThat(offsets).containsEntry(mark, (int) receipt.offset());
            assertThat(receipt.byteCount()).isEqualTo(mark.length());
        } else {
            assertThat(offsets).doesNotContainKey(mark);
        }
    }
}
