package org.dfile.store.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.store.Control;
import org.dfile.store.LocalStore;
import org.dfile.store.StoreException;
import org.dfile.store.TestVolume;
import org.dfile.store.history.Comparison;
import org.dfile.store.history.Model;
import org.dfile.store.history.ModelFile;

/** Opens what a crash has left and holds it against what was promised. */
final class Recovery {

    private static final Pattern NUMBERED = Pattern.compile("(BOOT|ACCEPTED|ACK|PROMOTED) (\\d+)");

    /** What is said only after everything is on disk that was put in order before. */
    private static final Set<String> SYNCED = Set.of("ACK", "ACCEPTED", "CLOSED");

    private final Script script;
    private final Set<Integer> acknowledged;
    private final Set<Integer> accepted;
    private final Set<Integer> promoted;
    private final boolean formatted;
    private final long bootCount;
    private final boolean wentOn;

    /**
     * Of a process that stopped as soon as it had said this: at most one change more of each file is done.
     *
     * @param promised the lines that the process had said
     */
    Recovery(Script script, List<String> promised) {
        this(script, promised, false);
    }

    private Recovery(Script script, List<String> promised, boolean wentOn) {
        this.script = script;
        this.wentOn = wentOn;
        this.formatted = promised.contains("FORMATTED");
        this.acknowledged = acknowledged(script, promised);
        this.promoted =
                numbers("PROMOTED", promised).boxed().map(Math::toIntExact).collect(Collectors.toSet());
        this.accepted =
                numbers("ACCEPTED", promised).boxed().map(Math::toIntExact).collect(Collectors.toSet());
        this.bootCount = numbers("BOOT", promised).max().orElse(0);
    }

    /** Of a process that may have gone on for a while after it had said this. */
    static Recovery ofCut(Script script, List<String> promised) {
        return new Recovery(script, promised, true);
    }

    /**
     * Returns the changes that must be committed. A promotion may be lost until something is on disk that came later; one
     * in the same step as the next accept is on disk with that.
     */
    private static Set<Integer> acknowledged(Script script, List<String> promised) {
        Set<Integer> acknowledged = new HashSet<>();
        Set<Integer> promoted = new HashSet<>();
        for (String line : promised) {
            Matcher match = NUMBERED.matcher(line);
            String word = match.matches() ? match.group(1) : line;
            if (word.equals("PROMOTED")) {
                promoted.add(Integer.parseInt(match.group(2)));
            } else if (word.equals("BOOT")) {
                promoted.clear(); // what the process before had not synced
            } else if (SYNCED.contains(word)) {
                acknowledged.addAll(promoted);
            }
            if (word.equals("ACK")) {
                acknowledged.add(Integer.parseInt(match.group(2)));
            } else if (word.equals("ACCEPTED")) {
                Script.Change accepted = script.changes().get(Integer.parseInt(match.group(2)));
                script.of(accepted.name()).stream()
                        .map(Script.Change::number)
                        .filter(number -> number < accepted.number())
                        .forEach(acknowledged::add);
            }
        }
        return acknowledged;
    }

    private static LongStream numbers(String word, List<String> lines) {
        return lines.stream()
                .map(NUMBERED::matcher)
                .filter(Matcher::matches)
                .filter(match -> word.equals(match.group(1)))
                .mapToLong(match -> Long.parseLong(match.group(2)));
    }

    /**
     * Opens the volume and checks: every acknowledged change is whole, every accepted or promoted one pending or committed,
     * every other one whole or absent, and the volume can be used on.
     */
    void check(Path folder) throws StoreException {
        if (!formatted) {
            TestVolume.format(folder);
        }
        try (LocalStore store = Control.NONE.open(folder)) {
            assertThat(store.bootCount()).as("boot count").isGreaterThan(bootCount);
            Model model = new Model();
            for (FileName name : script.names()) {
                model.put(name, expected(store, name));
            }
            Comparison.all(store, model);
            goOn(store, model);
        }
    }

    /** Returns what the store must hold of a file, given the version that it has. */
    private ModelFile expected(LocalStore store, FileName name) throws StoreException {
        FileVersion found = store.state(name).map(FileState::version).orElse(FileVersion.NONE);
        ModelFile promised = ModelFile.NONE;
        for (Script.Change change : script.of(name)) {
            boolean underWay = !acknowledged.contains(change.number());
            boolean mayBeDone = wentOn || promoted.contains(change.number());
            boolean done = mayBeDone && change.after().version().compareTo(found) <= 0;
            if (underWay && !done) {
                if (!found.equals(promised.version())) {
                    return change.after();
                }
                if (accepted.contains(change.number())) {
                    Comparison.accepted(store, name, Script.BALLOT, change.before(), change.plan());
                }
                return promised;
            }
            promised = change.after();
        }
        return promised;
    }

    private void goOn(LocalStore store, Model model) throws StoreException {
        FileName name = script.names().get(0);
        ModelFile before = model.file(name);
        for (Script.Change next : script.of(name)) {
            if (next.before().version().equals(before.version())) {
                TestVolume.await(store.apply(name, before.version(), next.plan().batch(store, before)));
                Comparison.file(store, name, next.after());
            }
        }
    }
}
