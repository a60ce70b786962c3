package org.dfile.manager.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.dfile.client.DFileSystem;
import org.dfile.client.ListPage;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Reasons;
import org.dfile.manager.console.Shell;
import org.dfile.model.FileStatus;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.Slot;

/** The operator's consent to a loss (I10): shows what it may be, has the cluster's name typed, writes it down. */
final class AcceptedLoss {

    /** Names that are shown; more are only counted. */
    private static final int MAX_NAMES = 100;

    /** Pages of names that are looked through. */
    private static final int MAX_PAGES = 1_000;

    private final Shell shell;
    private final Cluster cluster;

    AcceptedLoss(Shell shell, Cluster cluster) {
        this.shell = shell;
        this.cluster = cluster;
    }

    /**
     * Returns whom the operator gives up; when it does, that is in the cluster's journal.
     *
     * @param absent hosts that cannot say all that they knew
     * @param files to look for names, as far as hosts that are left know them; empty if no host answers
     */
    Set<HostId> ask(HostList list, HostId replaced, List<Host> absent, Optional<DFileSystem> files)
            throws InterruptedException {
        Set<HostId> givenUp = new TreeSet<>(absent.stream().map(Host::id).toList());
        LossEstimate loss = LossEstimate.of(list, replaced, givenUp);
        shell.out()
                .println("host " + replaced + " gets a new disk"
                        + (givenUp.isEmpty() ? "" : " without what these hosts alone know: " + text(givenUp)));
        if (loss.isNothing()) {
            shell.out().println("as far as can be seen nothing is lost: all other hosts of its files have them");
        } else {
            show(loss, files);
        }
        confirm();
        cluster.folder()
                .journal("accepted the loss: disk of " + replaced + " replaced, given up: " + text(givenUp)
                        + "; slots without a copy: " + loss.gone().size() + ", with some copies: "
                        + loss.doubtful().size());
        return givenUp;
    }

    private static String text(Set<HostId> hosts) {
        return hosts.isEmpty()
                ? "nobody"
                : String.join(", ", hosts.stream().map(HostId::text).toList());
    }

    private void show(LossEstimate loss, Optional<DFileSystem> files) throws InterruptedException {
        if (!loss.gone().isEmpty()) {
            shell.out()
                    .println("LOST: all files of " + loss.gone().size() + " of " + Slot.COUNT
                            + " slots, of which no host that is left has a copy; nobody can name them");
        }
        if (!loss.doubtful().isEmpty()) {
            shell.out()
                    .println("MAY BE LOST: acknowledged changes to files of "
                            + loss.doubtful().size()
                            + " of " + Slot.COUNT
                            + " slots, of which not all other copies are left; those files will be marked:");
            if (files.isPresent()) {
                showNames(loss, files.get());
            }
        }
    }

    private void showNames(LossEstimate loss, DFileSystem files) throws InterruptedException {
        long count = 0;
        String after = "";
        boolean more = true;
        for (int page = 0; more && page < MAX_PAGES; page++) {
            ListPage names;
            try {
                names = files.listPartial("", after).toCompletableFuture().get();
            } catch (ExecutionException e) {
                shell.out().println("  (names cannot be listed: " + Reasons.of(e) + ")");
                return;
            }
            for (FileStatus file : names.files()) {
                if (loss.concerns(file.name()) && ++count <= MAX_NAMES) {
                    shell.out().println("  " + file.name());
                }
            }
            more = names.next().isPresent();
            after = names.next().orElse("");
        }
        if (count > MAX_NAMES) {
            shell.out().println("  and " + (count - MAX_NAMES) + " more");
        }
        if (more) {
            shell.out()
                    .println("  and perhaps some of the names that were not looked through, which are those after "
                            + after);
        }
    }

    private void confirm() {
        String name = cluster.wish().cluster();
        shell.out().print("This cannot be undone. To accept it, type the name of the cluster (" + name + "): ");
        shell.out().flush();
        String typed;
        try {
            typed = new BufferedReader(new InputStreamReader(shell.in(), StandardCharsets.UTF_8)).readLine();
        } catch (IOException e) {
            throw new CommandException(ExitCodes.FAILED, "cannot read: " + e, e);
        }
        if (typed == null || !typed.strip().equals(name)) {
            throw new CommandException(ExitCodes.REFUSED, "that is not the name of the cluster; nothing was changed");
        }
    }
}
