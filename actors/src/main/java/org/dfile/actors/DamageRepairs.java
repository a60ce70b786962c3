package org.dfile.actors;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.dfile.actors.slots.SlotsMessage;
import org.dfile.model.FileName;
import org.dfile.protocol.NodeRequest;
import org.dfile.store.AmnesiacException;
import org.dfile.store.Damage;
import org.dfile.store.LocalStore;
import org.jspecify.annotations.Nullable;

/**
 * Has what the volume lists as damaged taken from other replicas: bytes by the actor of their file, a record by a rejoin of
 * its slot (I9, I10). One file at a time; the same one again only after a time that doubles. With one copy per file nothing
 * is done, since nobody could give it. Used by the file server's actor alone.
 */
final class DamageRepairs {

    /** To the server: these files have damage that is known. */
    record Listed(Set<FileName> names) implements FileServerMessage {}

    /**
     * To the server: what there is of a damaged file.
     *
     * @param amnesiac whether that cannot be said
     */
    record Examined(FileName name, boolean exists, boolean amnesiac) implements FileServerMessage {}

    /** To the server: the volume did not say what is damaged. */
    record NotListed(Throwable error) implements FileServerMessage {}

    /** What is waited for before a file is tried again. */
    private record Attempts(int count, long nextNanos) {}

    private final ActorContext<NodeRequest> context;
    private final FileEnvironment environment;
    private final OpenFiles files;
    private final FileServerSettings.DamageRepair settings;
    private final Map<FileName, Attempts> attempts = new HashMap<>();
    private boolean looking;
    private @Nullable FileName underWay;

    DamageRepairs(ActorContext<NodeRequest> context, FileEnvironment environment, OpenFiles files) {
        this.context = context;
        this.environment = environment;
        this.files = files;
        this.settings = environment.settings().damage();
    }

    /** Looks what is damaged, unless that is under way. */
    void look() {
        if (!looking && underWay == null) {
            looking = true;
            LocalStore store = environment.store();
            context.pipeToSelf(
                    Blocking.run(
                            environment.io(), () -> namesOf(store.scrubStatus().damage())),
                    (names, error) -> error == null ? new Listed(names) : new NotListed(error));
        }
    }

    private static Set<FileName> namesOf(List<Damage> damage) {
        Set<FileName> names = new LinkedHashSet<>();
        damage.stream()
                .filter(one -> one.kind() != Damage.Kind.TABLE)
                .forEach(one -> names.add(FileName.of(one.name())));
        return names;
    }

    /** The volume does not say it now: it will be asked again. */
    void onNotListed(NotListed failed) {
        looking = false;
        tellTrouble("looking for damage", failed.error());
    }

    void onListed(Listed listed) {
        looking = false;
        attempts.keySet().retainAll(listed.names());
        long now = System.nanoTime();
        listed.names().stream()
                .filter(name -> isDue(name, now) && hasOthers(name))
                .findFirst()
                .ifPresent(this::begin);
    }

    private boolean isDue(FileName name, long nowNanos) {
        Attempts before = attempts.get(name);
        return before == null || nowNanos - before.nextNanos() >= 0;
    }

    private boolean hasOthers(FileName name) {
        return !environment.replicas(name.slot()).others().isEmpty();
    }

    private void begin(FileName name) {
        underWay = name;
        context.pipeToSelf(
                Blocking.compose(environment.io(), () -> environment.store().standing(name)),
                (standing, error) -> new Examined(
                        name,
                        error != null || standing.state().isPresent(),
                        error != null && StoreFailures.cause(error) instanceof AmnesiacException));
    }

    void onExamined(Examined examined) {
        FileName name = examined.name();
        if (examined.amnesiac()) {
            environment.slots().tell(new SlotsMessage.RecordLost(name));
            end(name);
        } else if (!examined.exists() || !files.repair(name)) {
            end(name);
        }
    }

    /** The file's actor is done with it, one way or another. */
    void onEnded(FileServerMessage.RepairEnded ended) {
        if (ended.repaired()) {
            context.getLog().info("damaged bytes of {} are whole again: {}", ended.name(), ended.how());
        } else {
            context.getLog().warn("damaged bytes of {} stay as they are: {}", ended.name(), ended.how());
        }
        end(ended.name());
    }

    /** A file's actor has left. */
    void gone(FileName name) {
        end(name);
    }

    private void end(FileName name) {
        if (underWay != null && underWay.equals(name)) {
            underWay = null;
            int count = attempts.getOrDefault(name, new Attempts(0, 0)).count() + 1;
            attempts.put(
                    name, new Attempts(count, System.nanoTime() + pause(count).toNanos()));
            recheck(name);
            look();
        }
    }

    private Duration pause(int count) {
        Duration pause = settings.retry();
        for (int again = 1; again < count && pause.compareTo(settings.longestRetry()) < 0; again++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(settings.longestRetry()) < 0 ? pause : settings.longestRetry();
    }

    /** What is whole leaves the list. Whether it can be looked at is seen by whoever else uses the volume. */
    private void recheck(FileName name) {
        LocalStore store = environment.store();
        Blocking.run(environment.io(), () -> {
                    store.recheck(name);
                    return true;
                })
                .exceptionally(error -> {
                    tellTrouble("looking at " + name + " again", error);
                    return false;
                });
    }

    private void tellTrouble(String doing, Throwable error) {
        String detail = StoreFailures.detail(StoreFailures.cause(error));
        environment.server().tell(new FileServerMessage.Trouble(doing + ": " + detail));
    }
}
