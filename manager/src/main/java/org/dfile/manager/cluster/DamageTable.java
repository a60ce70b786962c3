package org.dfile.manager.cluster;

import java.io.PrintStream;
import org.dfile.manager.console.Table;
import org.dfile.protocol.ScrubReport;

/** Lists damaged places: host, file, offset, what was found, where a copy of it is kept. */
final class DamageTable {

    private final Table table = new Table("HOST", "DAMAGED", "OFFSET", "WHAT", "FOUND", "COPY");
    private long listed;
    private long known;

    void add(String host, ScrubReport scrub) {
        for (ScrubReport.Damage damage : scrub.damage()) {
            table.row(host, damage.name(), damage.offset(), damage.kind(), damage.reason(), damage.copy());
            listed++;
        }
        known += scrub.damaged();
    }

    /** Prints nothing if nothing is damaged. */
    void print(PrintStream out) {
        if (listed > 0) {
            out.println();
            table.print(out);
        }
        if (known > listed) {
            out.println("and " + (known - listed) + " more damaged places, which the logs of the nodes name");
        }
    }
}
