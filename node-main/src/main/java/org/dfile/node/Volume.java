package org.dfile.node;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.dfile.store.LocalStore;
import org.dfile.store.PoisonedException;
import org.dfile.store.StoreException;
import org.dfile.store.VolumeIdentity;
import org.dfile.store.VolumeRefusedException;
import org.dfile.store.VolumeRefusedException.Reason;
import org.dfile.store.Volumes;

/** The opened volume of a node, if its directory holds it. */
final class Volume {

    private final Optional<LocalStore> store;
    private final PoisonAlarm alarm;

    private Volume(Optional<LocalStore> store, PoisonAlarm alarm) {
        this.store = store;
        this.alarm = alarm;
    }

    /** Passes on that the volume is poisoned, also if that was before anybody listened. */
    private static final class PoisonAlarm implements Consumer<PoisonedException> {
        private final AtomicReference<Consumer<String>> listener = new AtomicReference<>();
        private final AtomicReference<String> detail = new AtomicReference<>();

        @Override
        public void accept(PoisonedException poisoned) {
            detail.set(String.valueOf(poisoned.getMessage()));
            tell();
        }

        void listen(Consumer<String> to) {
            listener.set(to);
            tell();
        }

        private void tell() {
            Consumer<String> to = listener.get();
            if (to != null && detail.get() != null) {
                to.accept(detail.get());
            }
        }
    }

    static Volume open(NodeSettings settings) throws NodeException {
        VolumeIdentity identity = new VolumeIdentity(
                settings.list().cluster(), settings.self().id(), settings.self().volume());
        PoisonAlarm alarm = new PoisonAlarm();
        try {
            if (settings.format()) {
                format(settings, identity);
            }
            return new Volume(Optional.of(Volumes.open(settings.data(), identity, settings.store(), alarm)), alarm);
        } catch (VolumeRefusedException e) {
            if (e.reason() == Reason.AMNESIAC) {
                return new Volume(Optional.empty(), alarm); // it may say how it is, but not speak about files (I9)
            }
            throw new NodeException(ExitCode.VOLUME_REFUSED, "volume refused: " + e.getMessage(), e);
        } catch (StoreException e) {
            throw new NodeException(ExitCode.STORAGE_FAILED, "volume " + settings.data() + ": " + e.getMessage(), e);
        }
    }

    private static void format(NodeSettings settings, VolumeIdentity identity) throws VolumeRefusedException {
        if (settings.replacement()) {
            Volumes.formatReplacement(settings.data(), identity, settings.store());
        } else {
            Volumes.format(settings.data(), identity, settings.store());
        }
    }

    /** Empty if the volume is amnesiac. */
    Optional<LocalStore> store() {
        return store;
    }

    /** @param listener told once or more when a write or fsync has failed (I12), on any thread */
    void onPoisoned(Consumer<String> listener) {
        alarm.listen(listener);
    }

    /** Closes it where no actor has taken it over. */
    void close() throws StoreException {
        if (store.isPresent()) {
            store.get().close();
        }
    }
}
