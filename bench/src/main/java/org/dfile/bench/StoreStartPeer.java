package org.dfile.bench;

import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.dfile.model.Bytes;

/**
 * A process that opens a volume and prints how many nanoseconds that took, then its heap in bytes, its resident memory
 * in KiB, and a last line when it has written new files, if it is to. Closes the volume when its input ends.
 */
final class StoreStartPeer {

    private static final int NEW_FILES = 20_000;
    private static final int IN_FLIGHT = 200;

    private StoreStartPeer() {}

    public static void main(String[] args) throws Exception {
        long begin = System.nanoTime();
        StoreVolume volume = StoreVolume.open(Path.of(args[0]));
        System.out.println(System.nanoTime() - begin);
        System.gc();
        System.out.println(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        System.out.println(residentKib());
        if (Boolean.parseBoolean(args[1])) {
            write(volume);
        }
        System.out.println("done");
        System.in.transferTo(OutputStream.nullOutputStream());
        volume.close();
    }

    static String name(String prefix, long number) {
        return "many/" + prefix + "/" + number % 1000 + "/" + number;
    }

    private static void write(StoreVolume volume) {
        Bytes bytes = Bytes.of(new byte[4 << 10]);
        for (int number = 0; number < NEW_FILES; number += IN_FLIGHT) {
            List<CompletionStage<?>> created = new ArrayList<>();
            for (int i = 0; i < IN_FLIGHT; i++) {
                String boot = "boot" + volume.store().bootCount();
                created.add(volume.create(name(boot, number + i), bytes));
            }
            created.forEach(Workloads::join);
        }
    }

    private static String residentKib() throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return line.replaceAll("[^0-9]", "");
            }
        }
        throw new IllegalStateException("no resident memory in /proc/self/status");
    }
}
