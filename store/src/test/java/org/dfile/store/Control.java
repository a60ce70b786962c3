package org.dfile.store;

import java.nio.file.Path;
import java.time.Duration;

/** A store with one of its safeguards taken away: tests that promise something must turn red with it. */
public enum Control {
    /** Nothing is taken away. */
    NONE(Safeguards.ALL),
    /** A change is answered when its record is written, before it is synced. */
    ANSWER_BEFORE_SYNC(new Safeguards(false, true, true)),
    /** Bytes of data files are handed out as they are. */
    NO_CHECKSUMS(new Safeguards(true, false, true)),
    /** A damaged log is read up to the damage, and what comes after it is forgotten. */
    TAIL_CUT_OFF(new Safeguards(true, true, false));

    /** The system property that names the control of a process. */
    public static final String PROPERTY = "dfile.control";

    @SuppressWarnings("ImmutableEnumChecker") // a record of booleans
    private final Safeguards safeguards;

    Control(Safeguards safeguards) {
        this.safeguards = safeguards;
    }

    public static Control ofThisProcess() {
        return valueOf(System.getProperty(PROPERTY, NONE.name()));
    }

    /** Opens a volume that {@link TestVolume#format} made. That it is poisoned is told by what its calls throw. */
    public LocalStore open(Path directory) throws StoreException {
        return Volumes.open(directory, TestVolume.IDENTITY, settings(), safeguards, poisoned -> {});
    }

    /** The smallest data files and write buffers there are; the least garbage is compacted, though not by itself. */
    private static StoreSettings settings() {
        UpkeepSettings upkeep =
                new UpkeepSettings(1L << 40, 1, Duration.ofHours(1), 1L << 40, Duration.ofHours(1), 100);
        return new StoreSettings(
                TestVolume.MIB,
                TestVolume.MIB,
                0,
                Duration.ZERO,
                4 * TestVolume.MIB,
                TestVolume.MIB,
                256 * TestVolume.KIB,
                2,
                16,
                8,
                TestVolume.MIB,
                TestVolume.MIB,
                upkeep);
    }
}
