package org.dfile.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code strace -f -yy -xx} wrote: system calls with a file, in the order in which they began. */
final class Strace {

    static final List<String> OPTIONS = List.of(
            "-f", "-yy", "-xx", "-s", "1048576", "-e", "trace=fdatasync,fsync,pwrite64,write,writev,sendto,sendmsg");

    /** Arguments up to the file descriptor, its path, and the rest. */
    private static final Pattern CALL = Pattern.compile("^(\\d+) +(\\w+)\\((\\d+)<(.*?)>(?=[,) ])(.*)$");

    private static final Pattern RESUMED = Pattern.compile("^(\\d+) +<\\.\\.\\. (\\w+) resumed>(.*)$");
    private static final Pattern RETURNED = Pattern.compile("\\) += (-?\\d+)(?: .*)?$");
    private static final Pattern STRING = Pattern.compile("\"((?:\\\\x[0-9a-f]{2})*)\"");

    /** Skips a test where there is no strace, and says so. */
    static void need(String test) {
        boolean there = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, "strace")));
        if (!there) {
            System.out.println("SKIPPED: " + test + " needs strace");
        }
        assumeTrue(there, "needs strace");
    }

    /**
     * One system call.
     *
     * @param began number of the line at which it began
     * @param ended number of the line at which it returned; {@link Long#MAX_VALUE} if that was not seen
     * @param file path of the file, or the connection in the form {@code TCP:[from->to]}
     * @param bytes what was written
     * @param result what it returned
     */
    record Call(String name, long began, long ended, String file, ByteBuffer bytes, long result) {

        boolean isSync() {
            return name.endsWith("sync");
        }

        boolean isSocket() {
            return file.startsWith("TCP");
        }

        boolean holds(byte[] wanted) {
            return StandardCharsets.ISO_8859_1
                    .decode(bytes.duplicate())
                    .toString()
                    .contains(new String(wanted, StandardCharsets.ISO_8859_1));
        }
    }

    private record Open(int index, long began) {}

    private final List<Call> calls = new ArrayList<>();
    private final Map<String, Open> unfinished = new HashMap<>();

    private Strace() {}

    static List<Call> read(Path file) throws IOException {
        Strace trace = new Strace();
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            long number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                trace.line(number++, line);
            }
        }
        return trace.calls;
    }

    private void line(long number, String line) {
        Matcher call = CALL.matcher(line);
        if (call.matches()) {
            String rest = call.group(5);
            boolean returned = !rest.endsWith("<unfinished ...>");
            if (!returned) {
                unfinished.put(call.group(1), new Open(calls.size(), number));
            }
            calls.add(new Call(
                    call.group(2),
                    number,
                    returned ? number : Long.MAX_VALUE,
                    decodePath(call.group(4)),
                    ByteBuffer.wrap(strings(rest)),
                    returned ? result(rest) : 0));
            return;
        }
        Matcher resumed = RESUMED.matcher(line);
        if (resumed.matches()) {
            Open open = unfinished.remove(resumed.group(1));
            if (open != null) {
                Call begun = calls.get(open.index());
                calls.set(
                        open.index(),
                        new Call(
                                begun.name(),
                                begun.began(),
                                number,
                                begun.file(),
                                begun.bytes(),
                                result(resumed.group(3))));
            }
        }
    }

    private static long result(String rest) {
        Matcher returned = RETURNED.matcher(rest);
        return returned.find() ? Long.parseLong(returned.group(1)) : -1;
    }

    private static String decodePath(String path) {
        return path.startsWith("\\x") ? new String(unhex(path), StandardCharsets.UTF_8) : path;
    }

    private static byte[] strings(String rest) {
        StringBuilder all = new StringBuilder();
        Matcher string = STRING.matcher(rest);
        while (string.find()) {
            all.append(string.group(1));
        }
        return unhex(all.toString());
    }

    private static byte[] unhex(String escaped) {
        return HexFormat.of().parseHex(escaped.replace("\\x", ""));
    }
}
