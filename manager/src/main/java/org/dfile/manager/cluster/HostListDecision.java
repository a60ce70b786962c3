package org.dfile.manager.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.dfile.client.DFileException;
import org.dfile.client.DFileSystem;
import org.dfile.manager.console.Reasons;
import org.dfile.model.Failure;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.ReservedNames;
import org.dfile.model.VolumeId;
import org.dfile.model.WriteMode;
import org.dfile.protocol.HostListException;
import org.dfile.protocol.HostListFile;

/**
 * Has the cluster decide the next host list by its own means (I16): on the list that holds, a majority creates the file that
 * has the number of the next one, once. Whoever finds it there takes what it says.
 */
public final class HostListDecision {

    private HostListDecision() {}

    /** What came of it. */
    public sealed interface Outcome {}

    /** This list is the next one; it need not be the one that was proposed. */
    public record Decided(HostList list) implements Outcome {}

    /** Nobody knows: it may have been decided all the same. To be tried again. */
    public record Unknown(String why) implements Outcome {}

    /** The list after {@code list}, in which the host has another volume. */
    public static HostList withVolume(HostList list, HostId replaced, VolumeId volume) {
        List<Host> hosts = new ArrayList<>();
        for (Host host : list.hosts()) {
            hosts.add(host.id().equals(replaced) ? new Host(host.id(), host.address(), volume) : host);
        }
        return new HostList(list.cluster(), list.version() + 1, list.replicas(), hosts);
    }

    /**
     * Whether a majority of any slot's hosts can decide while one of them has no disk. With up to two copies all of them
     * would be needed; then all other hosts of the cluster have to take the list instead, which no majority can miss.
     */
    static boolean isByMajority(HostList list) {
        return list.replicas() > 2;
    }

    /**
     * Proposes the next list and waits for the outcome, up to the client's deadline.
     *
     * @throws InterruptedException if the wait was interrupted; then it may have been decided
     */
    public static Outcome decide(DFileSystem files, HostList next) throws InterruptedException {
        String name = ReservedNames.hostList(next.version()).toString();
        try {
            files.write(name, UTF_8.encode(HostListFile.toJson(next)), WriteMode.CREATE_NEW)
                    .toCompletableFuture()
                    .get();
            return new Decided(next);
        } catch (ExecutionException e) {
            boolean exists = DFileException.failureOf(e)
                    .filter(Failure.FileExists.class::isInstance)
                    .isPresent();
            return exists ? decidedBefore(files, name) : new Unknown(Reasons.of(e));
        }
    }

    private static Outcome decidedBefore(DFileSystem files, String name) throws InterruptedException {
        try {
            byte[] json = files.readAll(name).toCompletableFuture().get();
            return new Decided(HostListFile.parse(new String(json, UTF_8), name));
        } catch (ExecutionException e) {
            return new Unknown(Reasons.of(e));
        } catch (HostListException e) {
            return new Unknown(String.valueOf(e.getMessage()));
        }
    }
}
