package org.dfile.manager.files;

import java.util.List;
import org.dfile.manager.console.Json;
import org.dfile.manager.console.Shell;
import org.dfile.manager.console.Style;
import org.dfile.manager.replicas.Diagnosis;
import org.dfile.manager.replicas.Diagnosis.Condition;
import org.dfile.manager.replicas.ReplicaAnswer;
import org.dfile.manager.replicas.ReplicaSet;
import org.dfile.manager.replicas.ReplicaSource;
import org.dfile.model.FileName;
import org.dfile.model.HostList;
import picocli.CommandLine.Command;

/** {@code dfile doctor}: says in words how a file is, what happens next, and what there is to do. */
@Command(
        name = "doctor",
        description = "Says in words what is wrong with a file, what happens next by itself, and what there is to do.",
        footer = {
            "",
            "It asks the hosts of the file what each of them holds, and changes nothing. The answers may be of different"
                    + " moments: while the file is being written, ask twice.",
        })
final class DoctorCommand extends PlacedFileCommand {

    /** What {@code --json} shows. */
    record DoctorView(
            String name, String condition, List<String> findings, List<String> next, List<ReplicaRows.Row> replicas) {}

    DoctorCommand(Shell shell, ClusterAccess cluster) {
        super(shell, cluster);
    }

    @Override
    int show(FileName name, HostList list) {
        List<ReplicaAnswer> answers;
        try (ReplicaSource source = cluster.replicas()) {
            answers = source.ask(list, name);
        }
        ReplicaSet replicas = new ReplicaSet(answers);
        Diagnosis diagnosis = Diagnosis.of(name, replicas, cluster.commandLine());
        ReplicaRows rows = ReplicaRows.of(replicas, answers);
        if (json()) {
            Json.print(
                    shell.out(),
                    new DoctorView(
                            name.toString(),
                            diagnosis.condition().name(),
                            diagnosis.findings(),
                            diagnosis.next(),
                            rows.rows()));
        } else {
            print(name, diagnosis);
            rows.print(shell.out());
        }
        return diagnosis.condition().exitCode();
    }

    private void print(FileName name, Diagnosis diagnosis) {
        shell.out().println(name + ": " + verdict(diagnosis.condition()));
        diagnosis.findings().forEach(finding -> shell.out().println("- " + finding));
        if (!diagnosis.next().isEmpty()) {
            shell.out().println("What to do:");
            diagnosis.next().stream().distinct().forEach(advice -> shell.out().println("- " + advice));
        }
        shell.out().println();
    }

    private String verdict(Condition condition) {
        Style style = Style.of(shell);
        return switch (condition) {
            case WELL -> style.good(condition.words());
            case DEGRADED -> style.warning(condition.words());
            case UNAVAILABLE, NEEDS_YOU -> style.bad(condition.words());
        };
    }
}
