package org.dfile.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the kernel sees: nothing is acknowledged before it is synced (I11), no failed sync is tried again (I12). */
class DiskOrderTest {

    private static final int FILES = 20;

    @TempDir
    Path directory;

    private Path volume;
    private Path trace;

    @BeforeEach
    void needsStrace() throws Exception {
        assumeTrue(straceWorks(), "SKIPPED: strace is not installed or may not trace; install strace to run this test");
        volume = directory.resolve("volume");
        trace = directory.resolve("trace");
        Volumes.format(volume, TestVolume.IDENTITY, TestVolume.smallSettings());
    }

    private static boolean straceWorks() throws InterruptedException {
        try {
            Process strace = new ProcessBuilder("strace", "-f", "-o", "/dev/null", "true")
                    .redirectErrorStream(true)
                    .start();
            return strace.waitFor(10, TimeUnit.SECONDS) && strace.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private List<String> strace(String... more) {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-y", "-s", "16", "-o", trace.toString()));
        command.addAll(List.of("-e", "trace=write,pwrite64,fsync,fdatasync,sync_file_range"));
        command.addAll(List.of(more));
        return command;
    }

    @Test
    void apply_acknowledged_dataAndRecordWereSyncedBefore() throws Exception {
        try (StoreProcess process = StoreProcess.start(strace(), volume, FILES)) {
            assertThat(process.remainingLines()).hasSize(1 + FILES);
            assertThat(process.exitCode()).isZero();
        }
        SyncOrder order = new SyncOrder();
        Files.readAllLines(trace).forEach(order::read);
        assertThat(order.acknowledged).isEqualTo(FILES);
        assertThat(order.complaints).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"fdatasync, EIO, 14", "fdatasync, EIO, 15", "pwrite64, EIO, 9", "pwrite64, ENOSPC, 9"})
    void apply_diskFails_poisonedAndNeverTriedAgain(String call, String error, int when) throws Exception {
        int acknowledged;
        String inject = "inject=" + call + ":error=" + error + ":when=" + when;
        try (StoreProcess process = StoreProcess.start(strace("-e", inject), volume, 1_000)) {
            List<String> lines = process.remainingLines();
            assertThat(lines).endsWith("POISONED", "REFUSED").doesNotContain("SERVED", "OTHER");
            assertThat(process.exitCode()).isEqualTo(StoreProcess.POISONED_EXIT);
            acknowledged = lines.size() - 3;
            assertThat(acknowledged).isPositive();
        }
        assertNothingWrittenAfterTheFailure();
        try (TestVolume opened = new TestVolume(volume)) {
            for (int number = 0; number < acknowledged; number++) {
                assertThat(opened.readAll(StoreProcess.name(1, number))).isEqualTo(StoreProcess.content(number));
            }
        }
    }

    private void assertNothingWrittenAfterTheFailure() throws IOException {
        boolean failed = false;
        for (String line : Files.readAllLines(trace)) {
            if (failed && SyncOrder.FILE.matcher(line).find()) {
                throw new AssertionError("after the failure: " + line);
            }
            failed |= line.contains("(INJECTED)");
        }
        assertThat(failed).isTrue();
    }

    /** Reads a trace: which files have bytes that no completed sync covers. */
    private static final class SyncOrder {

        static final Pattern FILE = Pattern.compile("(\\w+)\\(\\d+<([^>]*\\.(?:data|log))>");
        private static final Pattern THREAD = Pattern.compile("^(\\d+) ");

        private record FileCall(String name, String file) {}

        private final Set<String> dirty = new HashSet<>();
        private final Set<String> syncedSinceAcknowledgement = new HashSet<>();
        private final Map<String, FileCall> callUnderWay = new HashMap<>();
        private final Map<String, Boolean> writtenDuringSync = new HashMap<>();
        final List<String> complaints = new ArrayList<>();
        int acknowledged;

        void read(String line) {
            Matcher thread = THREAD.matcher(line);
            if (!thread.find()) {
                return;
            }
            Matcher file = FILE.matcher(line);
            if (line.contains("\"ACK ")) {
                onAcknowledgement(line);
            } else if (file.find()) {
                begins(file.group(1), file.group(2));
                if (line.contains("<unfinished")) {
                    callUnderWay.put(thread.group(1), new FileCall(file.group(1), file.group(2)));
                } else {
                    ends(file.group(1), file.group(2), line);
                }
            } else if (line.contains(" resumed>")) {
                FileCall call = callUnderWay.remove(thread.group(1));
                if (call != null) {
                    ends(call.name(), call.file(), line);
                }
            }
        }

        private void begins(String call, String file) {
            if (call.contains("write")) {
                dirty.add(file);
                writtenDuringSync.put(file, true);
            } else {
                writtenDuringSync.put(file, false);
            }
        }

        private void ends(String call, String file, String line) {
            if (call.contains("sync") && line.endsWith("= 0")) {
                if (!Boolean.TRUE.equals(writtenDuringSync.get(file))) {
                    dirty.remove(file);
                }
                syncedSinceAcknowledgement.add(file.substring(file.lastIndexOf('.')));
            } else if (call.contains("write")) {
                dirty.add(file);
            }
        }

        private void onAcknowledgement(String line) {
            acknowledged++;
            if (!dirty.isEmpty()) {
                complaints.add(line + " while not synced: " + dirty);
            }
            if (!syncedSinceAcknowledgement.equals(Set.of(".data", ".log"))) {
                complaints.add(line + " after syncs of " + syncedSinceAcknowledgement + " only");
            }
            syncedSinceAcknowledgement.clear();
        }
    }
}
