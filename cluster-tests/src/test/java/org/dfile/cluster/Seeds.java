package org.dfile.cluster;

import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;

/** The seed of a randomised test: a new one each time, or that of {@code -Ddfile.seed=N} to see a run again. */
public final class Seeds {

    private Seeds() {}

    public static long seed(String test) {
        String given = System.getProperty("dfile.seed");
        long seed = given == null ? ThreadLocalRandom.current().nextLong() : Long.parseLong(given);
        System.out.println(test + ": -Ddfile.seed=" + seed);
        return seed;
    }

    public static byte[] bytes(SplittableRandom random, int byteCount) {
        byte[] bytes = new byte[byteCount];
        random.nextBytes(bytes);
        return bytes;
    }
}
