package org.dfile.replication.batch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileVersion;
import org.dfile.model.Outcome;
import org.dfile.model.Receipt;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * I8 against a model: clients send numbered appends, duplicated, reordered, with gaps and a moving {@code first}.
 * Whatever happens, a number takes effect at most once, those of one session in ascending order and none left out that
 * is still wanted, and everybody who asks for the outcome of a number is told the same. Replay a failure with {@code
 * -Ddfile.seed=N}.
 */
final class ExactlyOnceTest {

    private static final int STEPS = 300;
    private static final int CLIENTS = 6;
    private static final Pattern MARK = Pattern.compile("<(\\d+):(\\d+)>");

    /** One client: what it has sent, what it still wants to know, what it was told. */
    private static final class Client {
        final int id;
        long next = 1;
        long first = 1;
        long sentFirst = 1;
        FileVersion known = FileVersion.NONE;
        final Map<Long, Proposal> sent = new HashMap<>();
        final Map<Long, Outcome> told = new HashMap<>();

        Client(int id) {
            this.id = id;
        }
    }

    private PlannedFile file = new PlannedFile(new BatchLimits(5, 60, 60, CLIENTS));
    private final List<Client> clients = new ArrayList<>();
    private final List<Proposal> waiting = new ArrayList<>();

    @RepeatedTest(60)
    void numbers_inAnyOrder_takeEffectAtMostOnceAndInOrder(RepetitionInfo repetition) {
        check(CLIENTS, repetition);
    }

    @RepeatedTest(60)
    void numbers_ofMoreSessionsThanAFileRemembers_takeEffectAtMostOnceAndInOrder(RepetitionInfo repetition) {
        check(CLIENTS - 3, repetition);
    }

    private void check(int maxSessions, RepetitionInfo repetition) {
        long seed = Long.getLong("dfile.seed", 7_919L * repetition.getCurrentRepetition());
        file = new PlannedFile(new BatchLimits(5, 60, 60, maxSessions));
        try {
            run(new Random(seed));
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("replay with -Ddfile.seed=" + seed, e);
        }
    }

    private void run(Random random) {
        for (int id = 1; id <= CLIENTS; id++) {
            clients.add(new Client(id));
        }
        for (int step = 0; step < STEPS; step++) {
            Client client = clients.get(random.nextInt(clients.size()));
            switch (random.nextInt(6)) {
                case 0, 1 -> send(client, random);
                case 2 -> sendAgain(client, random);
                case 3 -> client.first = Math.min(client.next, client.first + random.nextLong(3));
                case 4 -> reorderOrLose(random);
                default -> decide();
            }
        }
        decide();
        check();
    }

    private void send(Client client, Random random) {
        client.first = Math.max(client.first, client.next - 20L);
        String mark = "<" + client.id + ":" + client.next + ">";
        Change change = new Change.Append(0, random.nextInt(4) > 0, Bytes.of(mark.getBytes(StandardCharsets.US_ASCII)));
        if (random.nextInt(12) == 0) {
            change = new Change.Create(true, false); // mostly a judged failure: uses up its number all the same
        }
        Proposal proposal = PlannedFile.proposal(client.id, client.next, client.first, client.known, change);
        client.sent.put(client.next, proposal);
        client.sentFirst = client.first;
        client.next++;
        waiting.add(random.nextInt(waiting.size() + 1), proposal);
    }

    private void sendAgain(Client client, Random random) {
        if (client.next > 1) {
            long number = 1 + random.nextLong(client.next - 1);
            waiting.add(requireNonNull(client.sent.get(number)));
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
        List<Proposal> executed = new ArrayList<>();
        for (int i = 0; i < verdicts.size(); i++) {
            Verdict verdict = verdicts.get(i);
            if (verdict instanceof Verdict.Executes executes) {
                tell(waiting.get(i), executes.outcome());
                executed.add(waiting.get(i));
            } else if (verdict instanceof Verdict.Remembered remembered) {
                tell(waiting.get(i), remembered.outcome());
            } else if (verdict instanceof Verdict.Refused refused) {
                learn(waiting.get(i), refused.failure());
            } else {
                open.add(waiting.get(i));
            }
        }
        waiting.clear();
        waiting.addAll(open);
        executed.forEach(this::checkNoneLeftOut);
    }

    /** Before a number all those are executed that its client had not given up. */
    private void checkNoneLeftOut(Proposal proposal) {
        Client client = client(proposal);
        assertThat(client.told.keySet())
                .as("executed when %s is", proposal.stamp())
                .containsAll(LongStream.range(client.sentFirst, proposal.stamp().number())
                        .boxed()
                        .toList());
    }

    private void tell(Proposal proposal, Outcome outcome) {
        Client client = client(proposal);
        if (outcome instanceof Outcome.Done done) {
            client.known = done.receipt().version();
        }
        Outcome before = client.told.putIfAbsent(proposal.stamp().number(), outcome);
        assertThat(before == null ? outcome : before)
                .as("outcome of %s", proposal.stamp())
                .isEqualTo(outcome);
    }

    /** A client that the file has forgotten gives up what it has sent and goes on with what it knows now. */
    private void learn(Proposal proposal, Failure failure) {
        if (failure instanceof Failure.SessionLost lost) {
            Client client = client(proposal);
            client.first = client.next;
            client.known = lost.version();
        }
    }

    private Client client(Proposal proposal) {
        return clients.get((int) proposal.stamp().session().value().getLeastSignificantBits() - 1);
    }

    /** The content is the naive model: each mark in it is one effect. */
    private void check() {
        Map<Integer, Long> highest = new HashMap<>();
        Map<String, Integer> offsets = new HashMap<>();
        Matcher marks = MARK.matcher(file.content());
        int end = 0;
        while (marks.find()) {
            assertThat(marks.start()).as("end of the mark before").isEqualTo(end);
            end = marks.end();
            long number = Long.parseLong(marks.group(2));
            Long before = highest.put(Integer.valueOf(marks.group(1)), number);
            assertThat(before == null ? 0 : before)
                    .as("number before %s", marks.group())
                    .isLessThan(number);
            offsets.put(marks.group(), marks.start());
        }
        for (Client client : clients) {
            client.told.forEach((number, outcome) -> checkTold(client, number, outcome, offsets));
        }
    }

    private static void checkTold(Client client, long number, Outcome outcome, Map<String, Integer> offsets) {
        String mark = "<" + client.id + ":" + number + ">";
        boolean appends = requireNonNull(client.sent.get(number)).change() instanceof Change.Append;
        if (outcome instanceof Outcome.Done done && appends) {
            Receipt receipt = done.receipt();
            assertThat(offsets).containsEntry(mark, (int) receipt.offset());
            assertThat(receipt.byteCount()).isEqualTo(mark.length());
        } else {
            assertThat(offsets).doesNotContainKey(mark);
        }
    }
}
