package org.dfile.store.crash;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One system call out of a trace.
 *
 * @param result below zero if the call failed
 * @param begin number of the line at which it was entered
 * @param end number of the line at which it returned
 * @param injected whether strace answered instead of the kernel
 */
record Call(String name, List<String> arguments, long result, int begin, int end, boolean injected) {

    /** Calls in whose order a folder can be rebuilt, and those that would change it in a way that is not modelled. */
    static final String TRACED = "open,openat,creat,write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,sync,syncfs,"
            + "rename,renameat,renameat2,truncate,ftruncate,unlink,unlinkat,rmdir,link,linkat,symlink,symlinkat,mkdir,"
            + "mkdirat,fallocate,lseek,mmap,copy_file_range,sendfile,splice";

    /** The command in front of that of a process; needs the trace's name next. */
    static List<String> strace(Path trace) {
        return List.of(
                "strace",
                "--seccomp-bpf",
                "-f",
                "-y",
                "-xx",
                "-s",
                "16777216",
                "-o",
                trace.toString(),
                "-e",
                "trace=" + TRACED);
    }

    private record Begun(String text, int line) {}

    /** Reads all calls that returned, in the order in which they took effect at the earliest. */
    static List<Call> read(Path trace) throws IOException {
        List<Call> calls = new ArrayList<>();
        Map<String, Begun> underWay = new HashMap<>();
        try (BufferedReader lines = Files.newBufferedReader(trace, StandardCharsets.ISO_8859_1)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                read(line, number++, underWay, calls);
            }
        }
        calls.sort(Comparator.comparingInt(Call::effect));
        return calls;
    }

    private static void read(String line, int number, Map<String, Begun> underWay, List<Call> calls) {
        int space = line.indexOf(' ');
        String thread = line.substring(0, space);
        String text = line.substring(space).stripLeading();
        if (text.endsWith("<unfinished ...>")) {
            underWay.put(
                    thread,
                    new Begun(text.substring(0, text.lastIndexOf("<unfinished")).stripTrailing(), number));
        } else if (text.startsWith("<... ")) {
            Begun begun = underWay.remove(thread);
            if (begun != null) {
                parse(begun.text() + text.substring(text.indexOf(" resumed>") + 9), begun.line(), number, calls);
            }
        } else {
            parse(text, number, number, calls);
        }
    }

    private static void parse(String text, int begin, int end, List<Call> calls) {
        int open = text.indexOf('(');
        int close = text.lastIndexOf(" = ");
        if (open <= 0 || close < 0 || !Character.isLetter(text.charAt(0))) {
            return; // signals and ends of threads
        }
        String result = text.substring(close + 3).split("[ <]", 2)[0];
        if (result.equals("?")) {
            return; // never returned
        }
        String inner = text.substring(open + 1, text.lastIndexOf(')', close));
        calls.add(new Call(
                text.substring(0, open),
                split(inner),
                result.startsWith("0x") ? 0 : Long.parseLong(result),
                begin,
                end,
                text.endsWith("(INJECTED)")));
    }

    /** All strings are in hexadecimal, so a comma is always one between arguments. */
    private static List<String> split(String arguments) {
        return List.of(arguments.split(", ", -1));
    }

    boolean failed() {
        return result < 0;
    }

    /** Whether an argument names the folder or something in it. */
    boolean touches(String folder) {
        return arguments.stream()
                .filter(argument -> !argument.endsWith("..."))
                .anyMatch(argument -> new String(unhex(argument), StandardCharsets.UTF_8).contains(folder));
    }

    boolean sync() {
        return name.equals("fsync") || name.equals("fdatasync");
    }

    /** A write may be on the disk as soon as it was begun; a sync or a new descriptor count when they return. */
    private int effect() {
        return sync() || name.startsWith("open") || name.equals("creat") ? end : begin;
    }

    int number(int argument) {
        String text = arguments.get(argument);
        int path = text.indexOf('<');
        return Integer.parseInt(path < 0 ? text : text.substring(0, path));
    }

    long offset(int argument) {
        return Long.parseLong(arguments.get(argument));
    }

    /** The path that strace shows beside a descriptor; empty if none. */
    String pathOfDescriptor(int argument) {
        String text = arguments.get(argument);
        int open = text.indexOf('<');
        return open < 0 ? "" : new String(unhex(text.substring(open + 1, text.indexOf('>'))), StandardCharsets.UTF_8);
    }

    String string(int argument) {
        return new String(bytes(argument), StandardCharsets.UTF_8);
    }

    /** The bytes of a string argument. */
    byte[] bytes(int argument) {
        String text = arguments.get(argument);
        if (text.endsWith("...")) {
            throw new IllegalStateException("strace has cut a string: " + name);
        }
        return unhex(text.substring(1, text.length() - 1));
    }

    private static byte[] unhex(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() / 4);
        for (int at = 0; at < text.length(); at++) {
            if (text.startsWith("\\x", at)) {
                bytes.write(Character.digit(text.charAt(at + 2), 16) << 4 | Character.digit(text.charAt(at + 3), 16));
                at += 3;
            } else {
                bytes.write(text.charAt(at));
            }
        }
        return bytes.toByteArray();
    }
}
