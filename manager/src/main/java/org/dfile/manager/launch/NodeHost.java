package org.dfile.manager.launch;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.dfile.manager.hosts.HostEntry;
import org.dfile.manager.launch.LaunchException.Remains;
import org.dfile.manager.launch.LaunchException.Step;

/**
 * One host with the one node that it has in this cluster. Blocks; used by one thread at a time. All processes are named
 * by the pid file of the node, which is checked against the start of the process.
 */
public final class NodeHost implements AutoCloseable {

    /** One command on a host may not last long. */
    private static final long WAIT_STEP_SECONDS = 5;

    private final HostEntry host;
    private final HostAccess access;
    private final String folder;
    private final String home;

    /**
     * The host that {@code access} has hands on.
     *
     * @param folder absolute path on the host, that of all nodes and of the copy of the program
     */
    NodeHost(HostEntry host, HostAccess access, String folder) {
        this.host = host;
        this.access = access;
        this.folder = folder;
        this.home = folder + "/" + host.id();
    }

    /** Folder of the node on its host: settings, log, pid file, data. */
    public String home() {
        return home;
    }

    /** The pid of the living node, empty if there is none. */
    public OptionalLong pid() throws LaunchException {
        HostAccess.Result result = script(Step.CONNECT, "alive");
        return result.ok() ? OptionalLong.of(pidIn(Step.CONNECT, result)) : OptionalLong.empty();
    }

    /** Refuses a host without a Java that can run a node. */
    public void checkJava() throws LaunchException {
        HostAccess.Result result = run(Step.CHECK_JAVA, ShellText.quote(host.java()) + " -version");
        OptionalInt version = JavaVersion.parse(result.output());
        String remedy = "install Java " + JavaVersion.OLDEST + " or later there, or name it with java in the host list";
        if (version.isEmpty()) {
            throw failure(Step.CHECK_JAVA, "no Java at \"" + host.java() + "\": " + firstLine(result), remedy);
        }
        if (version.getAsInt() < JavaVersion.OLDEST) {
            throw failure(
                    Step.CHECK_JAVA,
                    "\"" + host.java() + "\" is Java " + version.getAsInt(),
                    "it is too old: " + remedy);
        }
    }

    /** Makes the host's copy of the program equal to {@code distribution}. Returns how many files were sent. */
    public int install(Distribution distribution, Map<String, String> checksums) throws LaunchException {
        try {
            return new RemoteCopy(access, folder + "/dist").update(distribution, checksums);
        } catch (IOException e) {
            throw failure(Step.INSTALL, e);
        }
    }

    /** Folder of the copy that {@link #install} keeps. */
    public String copyFolder() {
        return folder + "/dist";
    }

    /** Folder of the node's volume on its host. */
    public String dataFolder() {
        String data = host.data().orElse("data");
        return data.startsWith("/") ? data : home + "/" + data;
    }

    /** Whether the folder of the node's volume is empty, or is not there; one that cannot be read may have something. */
    public boolean hasNoData() throws LaunchException {
        String data = ShellText.quote(dataFolder());
        return run(Step.CONNECT, "[ ! -e " + data + " ] || { found=$(ls -A " + data + ") && [ -z \"$found\" ]; }")
                .ok();
    }

    public void writeSettings(NodeHome settings) throws LaunchException {
        HostAccess.Result made = run(Step.WRITE_SETTINGS, "umask 077; mkdir -p " + ShellText.quote(home));
        if (!made.ok()) {
            throw failure(Step.WRITE_SETTINGS, firstLine(made), LikelyCause.ofText(made.output()));
        }
        try {
            settings.writeTo(access, home);
        } catch (IOException e) {
            throw failure(Step.WRITE_SETTINGS, e);
        }
    }

    /** Starts the node in the background and returns its pid; a living node is left alone. */
    public long start(String classPath, List<String> javaOptions) throws LaunchException {
        String words = ShellText.words("start", host.java(), classPath) + " "
                + ShellText.words(javaOptions.toArray(new String[0]));
        HostAccess.Result result = run(Step.START, "sh " + ShellText.quote(home + "/" + NodeHome.SCRIPT) + " " + words);
        if (!result.ok()) {
            throw failure(Step.START, firstLine(result), LikelyCause.ofText(result.output()));
        }
        return pidIn(Step.START, result);
    }

    /** Sends the living node a signal, such as TERM. */
    public void signal(String name) throws LaunchException {
        HostAccess.Result result = script(Step.STOP, "stop " + name);
        if (!result.ok()) {
            throw failure(Step.STOP, firstLine(result), LikelyCause.ofText(result.output()));
        }
    }

    /** Waits for the process of the node to be gone. Returns whether it is. */
    public boolean awaitGone(Duration most) throws LaunchException {
        long seconds = Math.max(1, most.toSeconds());
        while (seconds > 0) {
            long step = Math.min(seconds, WAIT_STEP_SECONDS);
            if (script(Step.STOP, "gone " + step).ok()) {
                return true;
            }
            seconds -= step;
        }
        return false;
    }

    public Remains remains() {
        try {
            List<String> lines = script(Step.STOP, "remains").output().lines().toList();
            boolean hasExitCode = !lines.isEmpty() && lines.get(0).matches("[0-9]+");
            return new Remains(
                    hasExitCode ? OptionalInt.of(Integer.parseInt(lines.get(0))) : OptionalInt.empty(),
                    lines.isEmpty() ? lines : lines.subList(1, lines.size()));
        } catch (LaunchException e) {
            return new Remains(OptionalInt.empty(), List.of("(the log cannot be read: " + e.getMessage() + ")"));
        }
    }

    /** A failure of this host whose cause is looked for in what its node left behind. */
    public LaunchException failure(Step step, String message) {
        Remains remains = remains();
        return new LaunchException(step, message, LikelyCause.of(remains, host), remains);
    }

    /** Runs the node's own script; where it is not there yet, no node is. */
    private HostAccess.Result script(Step step, String words) throws LaunchException {
        String path = ShellText.quote(home + "/" + NodeHome.SCRIPT);
        boolean asksForAbsence = words.startsWith("gone");
        return run(step, "[ -f " + path + " ] || exit " + (asksForAbsence ? 0 : 1) + "\nsh " + path + " " + words);
    }

    private HostAccess.Result run(Step step, String script) throws LaunchException {
        try {
            return access.run(script);
        } catch (IOException e) {
            throw failure(step, e);
        }
    }

    private LaunchException failure(Step step, String message, String likelyCause) {
        return new LaunchException(step, message, likelyCause, Remains.NONE);
    }

    private LaunchException failure(Step step, IOException e) {
        String message = String.valueOf(e.getMessage());
        String cause = e instanceof AccessException access ? LikelyCause.of(access, host) : LikelyCause.ofText(message);
        return failure(step, message, cause);
    }

    private long pidIn(Step step, HostAccess.Result result) throws LaunchException {
        String text = result.output().strip();
        String pid = text.substring(text.lastIndexOf(' ') + 1);
        if (!pid.matches("[0-9]+")) {
            throw failure(step, "the host says \"" + text + "\" where a pid should be", "");
        }
        return Long.parseLong(pid);
    }

    private static String firstLine(HostAccess.Result result) {
        return result.output()
                .lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("exit code " + result.exitCode());
    }

    @Override
    public void close() {
        access.close();
    }
}
