package org.dfile.manager.replicas;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.dfile.manager.console.ExitCodes;
import org.dfile.model.FileName;
import org.dfile.protocol.ReplicaReport;
import org.dfile.protocol.ReplicaReport.Holding;

/**
 * What is wrong with a file, in words, what happens next by itself, and what there is to do. Pure: made of what its
 * replicas said. Every advice is a command that exists.
 */
public record Diagnosis(Condition condition, List<String> findings, List<String> next) {

    /** How bad it is. */
    public enum Condition {
        WELL(ExitCodes.OK, "all is well"),
        DEGRADED(ExitCodes.DEGRADED, "served, but not all copies are as they should be"),
        UNAVAILABLE(ExitCodes.UNAVAILABLE, "not served at the moment"),
        NEEDS_YOU(ExitCodes.NEEDS_YOU, "does not end by itself");

        private final int exitCode;
        private final String words;

        Condition(int exitCode, String words) {
            this.exitCode = exitCode;
            this.words = words;
        }

        public int exitCode() {
            return exitCode;
        }

        public String words() {
            return words;
        }
    }

    public Diagnosis {
        findings = List.copyOf(findings);
        next = List.copyOf(next);
    }

    /**
     * Returns what is to be said of a file.
     *
     * @param dfile how the command line of this cluster begins
     */
    public static Diagnosis of(FileName name, ReplicaSet replicas, String dfile) {
        return new Examination(name, replicas, dfile).diagnosis();
    }

    /** Goes through what may be wrong, worst first. */
    private static final class Examination {
        private final FileName name;
        private final ReplicaSet replicas;
        private final String dfile;
        private final List<String> findings = new ArrayList<>();
        private final List<String> next = new ArrayList<>();
        private Condition condition = Condition.WELL;

        Examination(FileName name, ReplicaSet replicas, String dfile) {
            this.name = name;
            this.replicas = replicas;
            this.dfile = dfile;
        }

        Diagnosis diagnosis() {
            histories();
            quorum();
            silent();
            emptyDirectories();
            rejoining();
            damagedRecords();
            damagedBytes();
            behind();
            others();
            whatThereIs();
            return new Diagnosis(condition, findings, next);
        }

        private void atLeast(Condition worse) {
            condition = condition.compareTo(worse) < 0 ? worse : condition;
        }

        private List<ReplicaAnswer> those(Predicate<ReplicaAnswer> which) {
            return replicas.answers().stream().filter(which).toList();
        }

        private static String names(List<ReplicaAnswer> hosts) {
            return hosts.stream().map(ReplicaAnswer::id).collect(Collectors.joining(", "));
        }

        private static String verb(List<ReplicaAnswer> hosts, String one, String many) {
            return names(hosts) + " " + (hosts.size() == 1 ? one : many);
        }

        // -- what stops the file

        private void histories() {
            List<ReplicaAnswer> stopped = those(answer -> answer.holds(Holding.DIVERGED));
            if (stopped.isEmpty() && !replicas.contradict()) {
                return;
            }
            atLeast(Condition.NEEDS_YOU);
            findings.add("its copies have two histories of one version, which must never happen; the file is stopped"
                    + (stopped.isEmpty() ? "" : " on " + names(stopped)));
            next.add("keep what is there: \"" + dfile + " down\", then copy the data folders of its hosts away");
            next.add("the logs of its hosts say since when; \"" + dfile + " replace-disk HOST\" lets the host whose"
                    + " history is wrong take everything from the others");
        }

        private void quorum() {
            List<ReplicaAnswer> voters = replicas.voters();
            if (voters.size() < replicas.majority()) {
                atLeast(Condition.UNAVAILABLE);
                findings.add(
                        "only " + voters.size() + " of " + replicas.answers().size()
                                + " copies count at the moment, and " + replicas.majority()
                                + " are needed: reads and changes wait, then end as timed out; nothing acknowledged is lost by"
                                + " that");
            } else if (!replicas.anybodyLeads()) {
                atLeast(Condition.UNAVAILABLE);
                findings.add("no host coordinates it at the moment");
                next.add("its hosts choose one among them, which takes seconds: ask again");
            }
        }

        // -- hosts that do not count

        private void silent() {
            List<ReplicaAnswer> silent = those(answer -> answer.report().isEmpty());
            if (!silent.isEmpty()) {
                atLeast(Condition.DEGRADED);
                findings.add(verb(silent, "does not answer", "do not answer") + served());
                next.add("\"" + dfile + " up\" starts what is down; a host that comes back catches up by itself");
                next.add("if a disk of theirs is lost for good: \"" + dfile + " replace-disk HOST\"");
            }
        }

        private String served() {
            return replicas.voters().size() >= replicas.majority()
                    ? "; the file is served by " + names(replicas.voters())
                    : "";
        }

        private void emptyDirectories() {
            for (ReplicaAnswer host : those(answer -> answer.holds(Holding.NO_VOLUME))) {
                needsYou();
                findings.add(host.id() + " has an empty directory in place of its volume" + served());
                next.add("mount its disk, then \"" + dfile + " down\" and \"" + dfile + " up\"; if it is lost: \""
                        + dfile + " replace-disk " + host.id() + "\"");
            }
        }

        private void needsYou() {
            atLeast(condition == Condition.UNAVAILABLE ? Condition.UNAVAILABLE : Condition.NEEDS_YOU);
        }

        private void rejoining() {
            List<ReplicaAnswer> rejoining = those(answer -> answer.holds(Holding.INCOMPLETE));
            if (!rejoining.isEmpty()) {
                atLeast(Condition.DEGRADED);
                findings.add(verb(rejoining, "has", "have") + " a new volume and no vote yet" + served());
                next.add("it takes its copies from all other hosts of the file, which have to be up: \"" + dfile
                        + " status\" shows how far it is");
            }
        }

        private void damagedRecords() {
            List<ReplicaAnswer> damaged = those(answer -> answer.holds(Holding.RECORD_DAMAGED));
            if (damaged.isEmpty()) {
                return;
            }
            findings.add(verb(damaged, "has", "have") + " a damaged record of it, and no vote about it" + served());
            if (replicas.answers().size() == 1) {
                needsYou();
                next.add("there is no other copy: only a backup of the whole data folder of the host brings it back");
            } else {
                atLeast(Condition.DEGRADED);
                next.add(
                        "the record is taken from the other hosts, all of which have to be up; if none of them has the file, it"
                                + " is taken away; if that does not help: \"" + dfile
                                + " replace-disk HOST\" renews all of the host");
            }
        }

        // -- copies that are not as they should be

        private void damagedBytes() {
            List<ReplicaAnswer> damaged = those(Examination::hasDamagedBytes);
            if (damaged.isEmpty()) {
                return;
            }
            findings.add("bytes of it are damaged on " + names(damaged) + " and not served from there");
            List<ReplicaAnswer> whole =
                    those(answer -> answer.votes() && replicas.isUpToDate(answer) && !hasDamagedBytes(answer));
            if (!whole.isEmpty()) {
                atLeast(Condition.DEGRADED);
                next.add("they are taken from " + names(whole)
                        + " by themselves: ask again in a minute; if they stay, \"" + dfile
                        + " status\" lists the places and the log of the host says why");
                return;
            }
            needsYou();
            findings.add(
                    replicas.answers().size() == 1
                            ? "there is no other copy to take them from"
                            : "no copy that is there is whole, so they are not repaired by themselves");
            next.add("\"" + dfile + " get " + name
                    + " FILE\" reads each part from whichever copy has it; if that succeeds, \""
                    + dfile + " put FILE " + name + "\" writes them all anew; else \"" + dfile
                    + " cat --offset N --bytes N " + name + "\" reads around the damage");
        }

        private static boolean hasDamagedBytes(ReplicaAnswer answer) {
            return answer.report().filter(report -> report.damagedPlaces() > 0).isPresent();
        }

        private void behind() {
            List<ReplicaAnswer> behind = those(answer -> answer.votes() && !replicas.isUpToDate(answer));
            if (!behind.isEmpty() && !replicas.contradict()) {
                atLeast(Condition.DEGRADED);
                findings.add(verb(behind, "is", "are") + " behind");
                next.add("it is brought up to " + replicas.newest().version() + " by itself: ask again, \"" + dfile
                        + " status\" shows what waits");
            }
        }

        private void others() {
            for (ReplicaAnswer host :
                    those(answer -> answer.holds(Holding.UNREADABLE) || answer.holds(Holding.NOT_A_REPLICA))) {
                needsYou();
                findings.add(host.id() + " " + replicas.state(host) + ": "
                        + host.report().map(ReplicaReport::detail).orElse(""));
                next.add("look at its log, and at \"" + dfile + " status\"");
            }
            List<ReplicaAnswer> accepted = those(answer ->
                    answer.report().filter(ReplicaReport::lossAccepted).isPresent());
            if (!accepted.isEmpty()) {
                findings.add(
                        "an operator accepted, when " + names(accepted)
                                + " got a new disk, that acknowledged changes of it may be lost: compare it with what you know");
            }
        }

        private void whatThereIs() {
            List<ReplicaAnswer> voters = replicas.voters();
            boolean exists = voters.stream().anyMatch(answer -> answer.holds(Holding.FILE));
            if (condition == Condition.WELL) {
                int copies = voters.size();
                findings.add(
                        0,
                        exists
                                ? (copies == 1 ? "its only copy is" : "its " + copies + " copies are alike and")
                                        + " up to date"
                                : "there is no such file, and all " + copies + " hosts of the name agree");
            } else if (!exists && voters.size() >= replicas.majority()) {
                findings.add("there is no such file");
            }
        }
    }
}
