package org.dfile.manager.files;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

/**
 * How much the commands on files do at once; from {@code dfile.manager.files}.
 *
 * @param parallelFiles files that {@code -r} has under way
 * @param appendsInFlight appends of one {@code append} under way
 * @param readsInFlight reads of up to 1 MiB that {@code cat} has under way
 * @param publishThreads threads that bring fetched files to disk and to their place
 */
record FileSettings(int parallelFiles, int appendsInFlight, int readsInFlight, int publishThreads) {

    FileSettings {
        checkPositive(parallelFiles, "parallel-files");
        checkPositive(appendsInFlight, "appends-in-flight");
        checkPositive(readsInFlight, "reads-in-flight");
        checkPositive(publishThreads, "publish-threads");
    }

    private static void checkPositive(int value, String key) {
        if (value < 1) {
            throw new IllegalArgumentException("dfile.manager.files." + key + " is " + value + ", not above 0");
        }
    }

    /** Reads the defaults of this module; an application's own configuration files are not read. */
    static FileSettings load() {
        Config config = ConfigFactory.defaultReference(FileSettings.class.getClassLoader())
                .getConfig("dfile.manager.files");
        return new FileSettings(
                config.getInt("parallel-files"),
                config.getInt("appends-in-flight"),
                config.getInt("reads-in-flight"),
                config.getInt("publish-threads"));
    }
}
