package org.dfile.manager.files;

import java.io.PrintStream;
import java.util.List;
import org.dfile.manager.console.Table;
import org.dfile.manager.replicas.ReplicaAnswer;
import org.dfile.manager.replicas.ReplicaSet;
import org.dfile.protocol.ReplicaReport;

/** The replicas of a file as {@code stat} and {@code doctor} show them. */
record ReplicaRows(List<Row> rows) {

    /**
     * One replica as {@code --json} shows it.
     *
     * @param committed the version that the host knows to be chosen, empty if that is not known
     * @param pending the version that it accepted after that, empty for none
     */
    record Row(
            String host, String address, String role, String state, String committed, String pending, String detail) {}

    static ReplicaRows of(ReplicaSet replicas, List<ReplicaAnswer> answers) {
        return new ReplicaRows(
                answers.stream().map(answer -> row(replicas, answer)).toList());
    }

    private static Row row(ReplicaSet replicas, ReplicaAnswer answer) {
        return new Row(
                answer.host().id().text(),
                answer.host().address().toString(),
                replicas.role(answer),
                replicas.state(answer),
                replicas.committed(answer),
                answer.report()
                        .flatMap(ReplicaReport::pending)
                        .map(id -> id.version().toString())
                        .orElse(""),
                answer.report().map(ReplicaReport::detail).orElse(answer.silence()));
    }

    void print(PrintStream out) {
        Table table = new Table("REPLICA", "ADDRESS", "ROLE", "COMMITTED", "PENDING", "STATE", "REMARK");
        rows.forEach(row -> table.row(
                row.host(),
                row.address(),
                row.role(),
                orDash(row.committed()),
                orDash(row.pending()),
                row.state(),
                row.detail()));
        table.print(out);
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }
}
