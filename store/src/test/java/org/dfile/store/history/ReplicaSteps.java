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
        world.step = "an accept for " + name;
        ModelFile before = world.model.file(name);
        Plan plan = planToAccept(name, before);
        boolean behind = world.oneIn(10);
        Ballot ballot = anyBallot(name.slot());
        AcceptResult result = TestVolume.await(world.store.accept(
                name, ballot, before.version(), behind ? OTHER : before.hash(), plan.batch(world.store, before)));
        AcceptResult expected = behind
                ? new AcceptResult.Behind(before.version(), before.hash())
                : expected(name, ballot, before, plan);
        assertThat(result).isEqualTo(expected);
        if (expected instanceof AcceptResult.Accepted) {
            world.model.promise(name.slot(), ballot);
            world.model.accept(name, new Model.Pending(ballot, plan, before.after(plan)));
        }
        Comparison.pending(world.store, name, world.model.pending(name));
        Comparison.file(world.store, name, before);
    }

    private Plan planToAccept(FileName name, ModelFile before) {
        Model.Pending known = world.model.pending(name);
        if (known != null && follows(known, before) && world.oneIn(3)) {
            return known.plan(); // sent again
        }
        boolean low = before == ModelFile.NONE && world.oneIn(4); // perhaps not above the floor
        return low ? world.plans.next(before) : world.nextPlan(name);
    }

    private static boolean follows(Model.Pending pending, ModelFile before) {
        return before.after(pending.plan()).hash().equals(pending.after().hash());
    }

    private AcceptResult expected(FileName name, Ballot ballot, ModelFile before, Plan plan) {
        SlotState slot = world.model.slot(name.slot());
        if (before == ModelFile.NONE && plan.versionAfter(before.version()).generation() <= slot.floor()) {
            return new AcceptResult.BelowFloor(slot.floor());
        }
        return votes(ballot, slot);
    }

    private static AcceptResult votes(Ballot ballot, SlotState slot) {
        Optional<Ballot> promised = slot.promised();
        return promised.isPresent() && ballot.compareTo(promised.get()) < 0
                ? new AcceptResult.Outvoted(promised.get())
                : new AcceptResult.Accepted();
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
            AcceptResult expected = votes(ballot, world.model.slot(name.slot()));
            assertThat(result).isEqualTo(expected);
            if (expected instanceof AcceptResult.Accepted) {
                world.model.promise(name.slot(), ballot);
                world.model.accept(name, new Model.Pending(ballot, known.plan(), known.after()));
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
        ChainHash hash = otherHash ? OTHER : wanted.hash();
        PromoteResult result = TestVolume.await(world.store.promote(name, wanted.version(), hash));
        if (before != ModelFile.NONE && wanted == before && !otherHash) {
            assertPromoted(result, before); // it was already
        } else if (promotes(known, before, wanted, otherHash)) {
            assertPromoted(result, wanted);
            world.model.put(name, wanted);
            world.model.dropPending(name);
        } else {
            assertThat(result).isEqualTo(new PromoteResult.Behind(before.version(), before.hash()));
        }
        Comparison.file(world.store, name, world.model.file(name));
        Comparison.pending(world.store, name, world.model.pending(name));
    }

    private static boolean promotes(
            Model.@Nullable Pending known, ModelFile before, ModelFile wanted, boolean otherHash) {
        return known != null && wanted == known.after() && !otherHash && follows(known, before);
    }

    private static void assertPromoted(PromoteResult result, ModelFile expected) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        PromoteResult.Promoted.class,
                        promoted ->
                                assertThat(ModelFile.sorted(promoted.state())).isEqualTo(expected.state()));
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

    void raiseFloor() throws StoreException {
        Slot slot = world.anyName().slot();
        world.step = "a floor of " + slot;
        long generation = world.random.nextInt(4);
        SlotState state = TestVolume.await(world.store.raiseFloor(slot, generation));
        world.model.raiseFloor(slot, generation);
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
