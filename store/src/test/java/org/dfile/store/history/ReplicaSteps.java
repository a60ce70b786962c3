package org.dfile.store.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dfile.model.Ballot;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.Slot;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.StateId;
import org.dfile.store.AcceptResult;
import org.dfile.store.ConflictException;
import org.dfile.store.PromoteResult;
import org.dfile.store.SlotState;
import org.dfile.store.StoreException;
import org.dfile.store.TestVolume;
import org.jspecify.annotations.Nullable;

/** What other replicas may ask of a store about ballots and batches. */
final class ReplicaSteps {

    private static final int MOST_ROUNDS = 40;
    private static final ChainHash OTHER = ChainHash.NONE.then(new byte[] {1});

    private final World world;

    ReplicaSteps(World world) {
        this.world = world;
    }

    /** Mostly one that is high enough. */
    private Ballot anyBallot(Slot slot) {
        long promised = world.model.slot(slot).promised().map(Ballot::round).orElse(1L);
        long round = world.oneIn(5) ? 1 + world.random.nextInt(MOST_ROUNDS) : promised + world.random.nextInt(2);
        return new Ballot(round, new HostId(world.random.nextBoolean() ? "a" : "b"), new Life(1, 1));
    }

    void accept() throws StoreException {
        FileName name = world.anyName();
        ModelFile file = world.model.file(name);
        Model.Pending known = world.model.pending(name);
        boolean promotes = known != null && known.id().follows(file.committed()) && world.oneIn(3);
        ModelFile before = known != null && promotes ? known.after() : base(file);
        world.step = (promotes ? "an accept and a promotion for " : "an accept for ") + name;
        Plan plan = planToAccept(name, before, promotes ? null : known);
        boolean behind = world.oneIn(10);
        StateId base = behind ? new StateId(before.version(), OTHER) : before.id();
        Ballot ballot = anyBallot(name.slot());
        AcceptResult result = TestVolume.await(
                world.store.accept(name, ballot, base, plan.batch(world.store, before), promotes || world.oneIn(3)));
        Pending accepted = new Pending(ballot, base, before.after(plan).id());
        ModelFile committed = promotes ? before.under(ballot) : file;
        AcceptResult expected = accepted.follows(committed.committed())
                ? expected(accepted, committed, name.slot())
                : new AcceptResult.Behind(
                        file.committed(), Optional.ofNullable(known).map(Model.Pending::id));
        assertThat(result).isEqualTo(expected);
        if (expected instanceof AcceptResult.Accepted) {
            if (promotes) {
                world.model.put(name, committed);
            }
            world.model.promise(name.slot(), ballot);
            world.model.accept(name, new Model.Pending(ballot, base, plan, before.after(plan)));
        }
        Comparison.pending(world.store, name, world.model.pending(name));
        Comparison.file(world.store, name, world.model.file(name));
        Comparison.standing(world.store, name, world.model);
    }

    /** What a batch may be built on: others may have purged the tombstone that is still here (I15). */
    private ModelFile base(ModelFile file) {
        return file.committed().tombstone() && world.oneIn(3) ? ModelFile.NONE : file;
    }

    private Plan planToAccept(FileName name, ModelFile before, Model.@Nullable Pending known) {
        if (known != null && known.before().equals(before.id()) && world.oneIn(3)) {
            return known.plan(); // sent again
        }
        ModelFile file = world.model.file(name);
        boolean low = before == ModelFile.NONE && world.oneIn(4); // perhaps not above the floor
        long floor = low ? 0 : world.model.slot(name.slot()).floor();
        return world.plans.next(before, Math.max(floor, low ? 0 : file.version().generation()));
    }

    private AcceptResult expected(Pending accepted, ModelFile committed, Slot number) {
        SlotState slot = world.model.slot(number);
        if (committed == ModelFile.NONE && accepted.id().version().generation() <= slot.floor()) {
            return new AcceptResult.BelowFloor(slot.floor());
        }
        Optional<Ballot> promised = slot.promised();
        return promised.isPresent() && slot.complete() && accepted.ballot().compareTo(promised.get()) < 0
                ? new AcceptResult.Outvoted(promised.get())
                : new AcceptResult.Accepted(committed.committed(), accepted);
    }

    void acceptAgain() throws StoreException {
        FileName name = pendingName();
        world.step = "a second accept for " + name;
        Model.Pending known = world.model.pending(name);
        Ballot ballot = anyBallot(name.slot());
        ChainHash hash = known == null || world.oneIn(8) ? OTHER : known.after().hash();
        AcceptResult result = TestVolume.await(world.store.acceptAgain(name, ballot, hash));
        if (known == null || hash.equals(OTHER)) {
            assertThat(result).isInstanceOf(AcceptResult.NotPending.class);
        } else {
            Pending again = new Pending(ballot, known.before(), known.after().id());
            AcceptResult expected = expected(again, world.model.file(name), name.slot());
            assertThat(result).isEqualTo(expected);
            if (expected instanceof AcceptResult.Accepted) {
                world.model.promise(name.slot(), ballot);
                world.model.accept(name, new Model.Pending(ballot, known.before(), known.plan(), known.after()));
            }
        }
        Comparison.pending(world.store, name, world.model.pending(name));
    }

    /** A name with a pending batch, if there is one. */
    private FileName pendingName() {
        List<FileName> names = world.model.pendingNames();
        return names.isEmpty() || world.oneIn(8) ? world.anyName() : names.get(world.random.nextInt(names.size()));
    }

    void promote() throws StoreException {
        FileName name = pendingName();
        world.step = "a promotion of " + name;
        Model.Pending known = world.model.pending(name);
        ModelFile before = world.model.file(name);
        ModelFile wanted = known == null || world.oneIn(8) ? before : known.after();
        boolean otherHash = world.oneIn(10);
        StateId id = new StateId(wanted.version(), otherHash ? OTHER : wanted.hash());
        Ballot ballot = anyBallot(name.slot());
        PromoteResult result = TestVolume.await(world.store.promote(name, ballot, id));
        if (before != ModelFile.NONE && wanted == before && !otherHash) {
            assertPromoted(result, before); // it was already
        } else if (promotes(known, before, wanted, otherHash)) {
            world.promotes();
            world.model.put(name, wanted.under(ballot));
            world.model.dropPending(name);
            assertPromoted(result, world.model.file(name));
        } else {
            assertThat(result)
                    .isEqualTo(new PromoteResult.Behind(
                            before.committed(), Optional.ofNullable(known).map(Model.Pending::id)));
        }
        Comparison.file(world.store, name, world.model.file(name));
        Comparison.pending(world.store, name, world.model.pending(name));
        Comparison.standing(world.store, name, world.model);
    }

    private static boolean promotes(
            Model.@Nullable Pending known, ModelFile before, ModelFile wanted, boolean otherHash) {
        return known != null
                && wanted == known.after()
                && !otherHash
                && known.id().follows(before.committed());
    }

    private static void assertPromoted(PromoteResult result, ModelFile expected) {
        assertThat(result).isInstanceOfSatisfying(PromoteResult.Promoted.class, promoted -> {
            assertThat(ModelFile.sorted(promoted.state())).isEqualTo(expected.state());
            assertThat(promoted.committed()).isEqualTo(expected.committed());
        });
    }

    void drop() throws StoreException {
        FileName name = pendingName();
        world.step = "a pending batch of " + name + " dropped";
        Model.Pending known = world.model.pending(name);
        ChainHash hash = known == null || world.oneIn(4) ? OTHER : known.after().hash();
        boolean dropped = TestVolume.await(world.store.drop(name, hash));
        assertThat(dropped).isEqualTo(!hash.equals(OTHER));
        if (dropped) {
            world.model.dropPending(name);
        }
        Comparison.pending(world.store, name, world.model.pending(name));
    }

    void readPending() throws StoreException {
        FileName name = pendingName();
        world.step = "a read of the pending batch of " + name;
        Model.Pending known = world.model.pending(name);
        if (known != null) {
            Comparison.pendingRange(world.store, name, known, world.random);
        }
        assertThatThrownBy(() -> world.store.readPending(name, OTHER, 0, 0, 1)).isInstanceOf(ConflictException.class);
    }

    void promise() throws StoreException {
        List<Slot> slots = new ArrayList<>();
        for (int i = 1 + world.random.nextInt(3); i > 0; i--) {
            slots.add(world.anyName().slot());
        }
        world.step = "a promise for " + slots;
        Ballot ballot = anyBallot(slots.get(0));
        List<SlotState> states = TestVolume.await(world.store.promise(slots, ballot));
        slots.forEach(slot -> world.model.promise(slot, ballot));
        assertThat(states).isEqualTo(slots.stream().map(world.model::slot).toList());
    }

    void complete() throws StoreException {
        Slot slot = world.anyName().slot();
        world.step = "the completion of " + slot;
        Ballot ballot = anyBallot(slot);
        long floor = world.random.nextInt(4);
        SlotState state = TestVolume.await(world.store.complete(slot, ballot, floor));
        world.model.complete(slot, ballot, floor);
        assertThat(state).isEqualTo(world.model.slot(slot));
    }

    /** Of whatever is there: only a tombstone without a pending batch may go. */
    void purge() throws StoreException {
        FileName name = world.anyName();
        world.step = "a purge of " + name;
        ModelFile file = world.model.file(name);
        boolean other = world.oneIn(6);
        FileVersion version = other ? new FileVersion(1, file.version().seq() + 1) : file.version();
        boolean may = file != ModelFile.NONE && !file.exists() && !other && world.model.pending(name) == null;
        assertThat(TestVolume.await(world.store.purge(name, version)))
                .as("purged")
                .isEqualTo(may);
        if (may) {
            world.model.put(name, ModelFile.NONE);
            world.model.raiseFloor(name.slot(), version.generation());
            Comparison.file(world.store, name, ModelFile.NONE);
        }
    }

    /** All pending batches are given up, so that only committed states are left. */
    void dropAll() throws StoreException {
        world.step = "all pending batches dropped";
        for (FileName name : world.model.pendingNames()) {
            Model.Pending known = world.model.pending(name);
            if (known != null) {
                TestVolume.await(world.store.drop(name, known.after().hash()));
                world.model.dropPending(name);
            }
        }
    }
}
