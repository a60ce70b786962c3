package org.dfile.manager.launch;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.dfile.manager.hosts.HostEntry;

/** Guesses, from what a failed step left behind, why it failed and what to do. Pure. */
final class LikelyCause {

    // Exit codes of a node, see its documentation.
    private static final int SETTINGS_REFUSED = 2;
    private static final int VOLUME_REFUSED = 3;
    private static final int ADDRESS_IN_USE = 4;
    private static final int STORAGE_FAILED = 5;
    private static final int COMMAND_NOT_FOUND = 127;
    private static final int KILLED = 128 + 9;

    private LikelyCause() {}

    /** Why there is no connection to a host. */
    static String of(AccessException e, HostEntry host) {
        String name = host.address().host();
        return switch (e.kind()) {
            case UNREACHABLE ->
                "nothing answers there: check that " + name + " is up, that sshd listens, and the ssh-port";
            case NAME_UNKNOWN -> "the name " + name + " has no address: check the host list and the name service";
            case HOST_KEY_UNKNOWN ->
                "the host's key is not in ~/.ssh/known_hosts: check it and connect once with ssh, or"
                        + " give --accept-new-host-keys";
            case HOST_KEY_CHANGED ->
                "the host shows another key than ~/.ssh/known_hosts has: either it was set up anew,"
                        + " or somebody stands between; check it, then: ssh-keygen -R " + name;
            case KEY_REFUSED ->
                "the host accepts none of the keys: try \"ssh "
                        + host.user().map(u -> u + "@").orElse("") + name
                        + "\", and see user and identity in the host list";
            case KEY_UNUSABLE -> "see identity in the host list";
            case TIMED_OUT -> "the host is overloaded or hangs";
            case OTHER -> "";
        };
    }

    /** Why a step failed that got as far as the host. {@code text} is all that was said. */
    static String ofText(String text) {
        String said = text.toLowerCase(Locale.ROOT);
        if (said.contains("no space left") || said.contains("disk quota")) {
            return "the disk is full";
        }
        if (said.contains("read-only file system")) {
            return "the file system is read-only";
        }
        if (said.contains("permission denied")) {
            return "the user may not write there: see dir and data in the host list";
        }
        return "";
    }

    /** Why a node has left, or does not answer. */
    static String of(LaunchException.Remains remains, HostEntry host) {
        String log = String.join("\n", remains.log());
        String said = log.toLowerCase(Locale.ROOT);
        return ofLog(said, host)
                .or(() -> ofExitCode(remains.exitCode().orElse(-1), host))
                .orElseGet(() -> ofText(log));
    }

    private static Optional<String> ofLog(String said, HostEntry host) {
        List<Sign> signs = List.of(
                new Sign("address already in use", portInUse(host)),
                new Sign(
                        "in use by another process",
                        "another process has the data folder open: is a node still running?"),
                new Sign("no space left", "the disk is full"),
                new Sign("unsupportedclassversion", "the Java on the host is too old, at least 17 is needed"),
                new Sign(
                        "could not reserve enough space",
                        "the host has too little memory for heap " + host.heapBytes()),
                new Sign("outofmemoryerror", "the node ran out of memory: raise heap in the host list"));
        return signs.stream()
                .filter(sign -> said.contains(sign.text()))
                .map(Sign::cause)
                .findFirst();
    }

    private static Optional<String> ofExitCode(int exitCode, HostEntry host) {
        return switch (exitCode) {
            case SETTINGS_REFUSED -> Optional.of("the node refused its settings, see the log");
            case VOLUME_REFUSED ->
                Optional.of(
                        "the data folder belongs to another host or cluster, or is in use by another process, see the log");
            case ADDRESS_IN_USE -> Optional.of(portInUse(host));
            case STORAGE_FAILED -> Optional.of("the disk failed, see the log");
            case COMMAND_NOT_FOUND -> Optional.of("there is no Java at \"" + host.java() + "\"");
            case KILLED -> Optional.of("the process was killed, perhaps because the host ran out of memory");
            default -> Optional.empty();
        };
    }

    private static String portInUse(HostEntry host) {
        return "port " + host.address().port() + " is in use by another process on the host: see \"ss -ltnp sport = :"
                + host.address().port() + "\" there, or choose another port";
    }

    private record Sign(String text, String cause) {}
}
