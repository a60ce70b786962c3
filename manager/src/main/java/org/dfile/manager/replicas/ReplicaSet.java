package org.dfile.manager.replicas;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.ReplicaReport;
import org.dfile.protocol.ReplicaReport.Role;

/** What all replicas of a file said, taken together. */
public final class ReplicaSet {

    private final List<ReplicaAnswer> answers;
    private final StateId newest;

    public ReplicaSet(List<ReplicaAnswer> answers) {
        this.answers = List.copyOf(answers);
        this.newest = voters().stream()
                .map(ReplicaSet::report)
                .map(ReplicaReport::committed)
                .max(Comparator.comparing(StateId::version))
                .orElse(StateId.NONE);
    }

    private static ReplicaReport report(ReplicaAnswer answer) {
        return answer.report().orElseThrow();
    }

    List<ReplicaAnswer> answers() {
        return answers;
    }

    List<ReplicaAnswer> voters() {
        return answers.stream().filter(ReplicaAnswer::votes).toList();
    }

    int majority() {
        return answers.size() / 2 + 1;
    }

    /** The newest state that a replica knows to be chosen. */
    StateId newest() {
        return newest;
    }

    /** Whether the replica holds the newest state, at least as a batch that it accepted. */
    boolean isUpToDate(ReplicaAnswer answer) {
        ReplicaReport report = report(answer);
        return report.committed().equals(newest) || report.pending().equals(Optional.of(newest));
    }

    /** Whether two replicas know different states of one version to be chosen (I18). */
    boolean contradict() {
        return voters().stream().anyMatch(answer -> report(answer).committed().contradicts(newest));
    }

    boolean anybodyLeads() {
        return voters().stream().anyMatch(answer -> report(answer).role() != Role.ELECTING);
    }

    /** The host's part, in one word. */
    public String role(ReplicaAnswer answer) {
        if (answer.report().isEmpty() || !answer.votes()) {
            return "-";
        }
        return report(answer).role() == Role.LEADING ? "coordinator" : "replica";
    }

    /** The version that the host knows to be chosen; empty if that is not known. */
    public String committed(ReplicaAnswer answer) {
        return answer.report()
                .map(ReplicaReport::committed)
                .filter(id -> answer.votes() || !id.equals(StateId.NONE))
                .map(id -> id.version().toString())
                .orElse("");
    }

    /** How the host's copy is, in a few words. */
    public String state(ReplicaAnswer answer) {
        return answer.report().map(report -> state(answer, report)).orElse("does not answer");
    }

    private String state(ReplicaAnswer answer, ReplicaReport report) {
        String marks = (report.damagedPlaces() == 0 ? "" : ", damaged places: " + report.damagedPlaces())
                + (report.lossAccepted() ? ", loss accepted" : "");
        return switch (report.holding()) {
            case FILE, NOTHING, TOMBSTONE -> currency(answer, report) + marks;
            case INCOMPLETE -> "rejoining, no vote yet" + marks;
            case NO_VOLUME -> "amnesiac: its directory is empty";
            case RECORD_DAMAGED -> "amnesiac: its record is damaged";
            case DIVERGED -> "stopped: two histories";
            case NOT_A_REPLICA -> "does not keep the file by its host list " + report.listVersion();
            case UNREADABLE -> "cannot be looked up";
        };
    }

    private String currency(ReplicaAnswer answer, ReplicaReport report) {
        if (report.committed().contradicts(newest)) {
            return "another history of " + newest.version();
        }
        if (!isUpToDate(answer)) {
            return "behind";
        }
        boolean waiting = report.pending().isPresent() && report.committed().equals(newest);
        return waiting ? "up to date, has a pending batch" : "up to date";
    }
}
