package org.dfile.store.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.dfile.model.Ballot;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.Slot;
import org.dfile.model.replica.Pending;
import org.dfile.store.ChangedNames;
import org.dfile.store.IncomingState;
import org.dfile.store.InstallResult;
import org.dfile.store.LocalStore;
import org.dfile.store.PinnedState;
import org.dfile.store.StoreException;
import org.dfile.store.TestVolume;
import org.jspecify.annotations.Nullable;

/** Whole states out of a store and into one, while it goes on. */
final class TransferSteps {

    private static final int MOST_AHEAD = 3;
    private static final int LONGEST_RANGE = 100_000;

    private static final Ballot KNOWN = new Ballot(1, new HostId("c"), new Life(1, 1));

    private record Held(FileName name, ModelFile expected, PinnedState state) {}

    private final World world;
    private final FileSteps files;
    private @Nullable Held held;

    TransferSteps(World world, FileSteps files) {
        this.world = world;
        this.files = files;
    }

    /** Holds a state, or reads of the one that is held since some steps ago; perhaps lets it go. */
    void hold() throws StoreException {
        Held now = held;
        if (now == null) {
            FileName name = world.anyName();
            world.step = "the state of " + name + " held";
            held = pin(name);
            return;
        }
        world.step = "a read of the held state of " + now.name();
        ModelFile expected = now.expected();
        int from = world.random.nextInt(expected.length() + 10);
        int count = world.random.nextInt(LONGEST_RANGE);
        int start = Math.min(from, expected.length());
        assertThat(Comparison.content(now.state().read(from, count)))
                .as("%s as it was, from %d on", now.name(), from)
                .isEqualTo(expected.range(start, Math.min(expected.length(), start + count)));
        if (world.oneIn(3)) {
            letGo();
        }
    }

    private @Nullable Held pin(FileName name) throws StoreException {
        ModelFile file = world.model.file(name);
        Optional<PinnedState> state = world.store.pin(name);
        assertThat(state.isPresent()).as("%s has a record", name).isEqualTo(file != ModelFile.NONE);
        if (state.isEmpty()) {
            return null;
        }
        assertThat(ModelFile.sorted(state.get().state())).isEqualTo(file.state());
        return new Held(name, file, state.get());
    }

    /** To be called before the store is closed. */
    void letGo() {
        Held now = held;
        if (now != null) {
            now.state().close();
            held = null;
        }
    }

    /** A state that another replica has of a file: mostly some batches ahead, else the same, an older or another one. */
    void install() throws StoreException {
        FileName name = world.anyName();
        world.step = "a state of " + name + " from elsewhere";
        ModelFile own = world.model.file(name);
        ModelFile other = own;
        for (int i = world.random.nextInt(MOST_AHEAD + 1); i > 0; i--) {
            other = other.after(
                    world.plans.next(other, world.model.slot(name.slot()).floor()));
        }
        if (other == ModelFile.NONE) {
            return;
        }
        Ballot known = new Ballot(1 + world.random.nextInt(9), new HostId("c"), new Life(1, 1));
        boolean diverged = other == own && world.oneIn(2);
        FileState state = diverged ? withOtherHash(other.state()) : other.state();
        boolean drop = world.random.nextBoolean();
        Optional<Pending> pending =
                Optional.ofNullable(world.model.pending(name)).map(Model.Pending::id);
        try (IncomingState incoming = world.store.receive(name, state, known)) {
            send(other, incoming);
            if (world.oneIn(8)) {
                return; // given up
            }
            InstallResult result = TestVolume.await(incoming.install(drop));
            if (diverged) {
                assertThat(result).isEqualTo(new InstallResult.Diverged(own.id()));
            } else if (other == own) {
                assertThat(result).isEqualTo(new InstallResult.NotAbove(own.committed(), pending));
            } else {
                ModelFile after = other.under(known);
                assertThat(result)
                        .isEqualTo(new InstallResult.Installed(
                                state, after.committed(), drop ? Optional.empty() : pending));
                world.model.put(name, after);
                if (drop) {
                    world.model.dropPending(name);
                }
            }
        }
        world.counts.transfer();
        Comparison.file(world.store, name, world.model.file(name));
        Comparison.pending(world.store, name, world.model.pending(name));
    }

    private static FileState withOtherHash(FileState state) {
        return new FileState(
                state.version(),
                ChainHash.NONE.then(new byte[] {2}),
                state.exists(),
                state.length(),
                state.created(),
                state.modified(),
                state.sessions(),
                state.watermark());
    }

    /** Sends a content in ranges of any size; some that are zeros are left out. */
    private void send(ModelFile file, IncomingState to) throws StoreException {
        int at = 0;
        while (at < file.length()) {
            int end = Math.min(file.length(), at + 1 + world.random.nextInt(LONGEST_RANGE));
            byte[] range = file.range(at, end);
            if (!zeros(range) || world.oneIn(2)) {
                to.write(at, Bytes.of(range));
            }
            at = end;
        }
    }

    private static boolean zeros(byte[] bytes) {
        for (byte one : bytes) {
            if (one != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Fills a store of another host, while this one is written on, and then brings it the rest by what has changed since:
     * both are equal.
     */
    void fillAnother() throws StoreException {
        world.step = "the filling of another store";
        var folder = world.nextFolder();
        TestVolume.format(folder);
        try (LocalStore other = world.control.open(folder)) {
            long upTo = world.store.changedSince(0, Integer.MAX_VALUE).upTo();
            for (FileName name : world.model.names()) {
                bring(name, other, true);
            }
            ChangedNames changed = world.store.changedSince(upTo, Integer.MAX_VALUE);
            for (ChangedNames.Entry entry : changed.entries()) {
                bring(entry.name(), other, false);
            }
            Comparison.all(other, world.model);
            for (int number = 0; number < Slot.COUNT; number++) {
                assertThat(other.digest(new Slot(number))).isEqualTo(world.store.digest(new Slot(number)));
            }
        }
    }

    private void bring(FileName name, LocalStore to, boolean whileWritten) throws StoreException {
        Held from = pin(name);
        if (from == null) {
            throw new AssertionError(name + " has no record");
        }
        try (PinnedState state = from.state();
                IncomingState incoming = to.receive(name, state.state(), KNOWN)) {
            int at = 0;
            while (at < state.state().length()) {
                if (whileWritten) {
                    files.apply(name, world.nextPlan(name));
                    whileWritten = world.random.nextBoolean();
                }
                Bytes range = state.read(at, 1 + world.random.nextInt(LONGEST_RANGE));
                assertThat(Comparison.content(range)).isEqualTo(from.expected().range(at, at + range.byteCount()));
                incoming.write(at, range);
                at += range.byteCount();
            }
            FileVersion known = to.state(name).map(FileState::version).orElse(FileVersion.NONE);
            InstallResult result = TestVolume.await(incoming.install(true));
            if (known.equals(from.expected().version())) {
                assertThat(result).isInstanceOf(InstallResult.NotAbove.class);
            } else {
                assertThat(result).isInstanceOf(InstallResult.Installed.class);
            }
        }
        world.counts.transfer();
    }
}
