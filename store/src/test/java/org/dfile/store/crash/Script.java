package org.dfile.store.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dfile.model.Ballot;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.store.history.Model;
import org.dfile.store.history.ModelFile;
import org.dfile.store.history.Plan;
import org.dfile.store.history.PlanSource;

/** What a traced process does to its volume, known to whoever has the seed: rounds of changes that are made at once. */
record Script(List<List<Change>> rounds) {

    private static final int NAMES = 5;
    private static final int MOST_AT_ONCE = 3;
    private static final int LONGEST_FILE = 150_000;
    private static final int LONGEST_STAGED = 90_000;

    /** Under which batches are accepted. */
    static final Ballot BALLOT = new Ballot(1, new HostId("a"), new Life(1, 1));

    private static final int ONE_IN_ACCEPTED = 2;

    /** One change of one file. Numbers count over all rounds. */
    record Change(int number, FileName name, ModelFile before, Plan plan, ModelFile after) {

        /** Whether it is accepted first and promoted then, by itself or by the next accept, not applied at once. */
        boolean accepted() {
            return number % ONE_IN_ACCEPTED == ONE_IN_ACCEPTED - 1;
        }
    }

    static Script of(long seed, int rounds) {
        Random random = new Random(seed);
        PlanSource plans = new PlanSource(random, LONGEST_FILE, LONGEST_STAGED);
        Model model = new Model();
        List<List<Change>> all = new ArrayList<>();
        int number = 0;
        for (int i = 0; i < rounds; i++) {
            List<Change> round = new ArrayList<>();
            int first = random.nextInt(NAMES);
            int count = 1 + random.nextInt(MOST_AT_ONCE);
            for (int j = 0; j < count; j++) {
                FileName name = FileName.of("f" + (first + j) % NAMES);
                ModelFile before = model.file(name);
                Plan plan = plans.next(before);
                ModelFile after = before.after(plan);
                model.put(name, after);
                round.add(new Change(number++, name, before, plan, after));
            }
            all.add(round);
        }
        return new Script(all);
    }

    /** Whether the change after it of the same file is accepted, too, and promotes it in the same step. */
    boolean promotedByNext(Change change) {
        return of(change.name()).stream()
                .filter(next -> next.number() > change.number())
                .findFirst()
                .filter(Change::accepted)
                .isPresent();
    }

    /** All changes of one file in their order. */
    List<Change> of(FileName name) {
        return changes().stream().filter(change -> change.name().equals(name)).toList();
    }

    List<FileName> names() {
        return changes().stream().map(Change::name).distinct().toList();
    }

    List<Change> changes() {
        return rounds.stream().flatMap(List::stream).toList();
    }
}
