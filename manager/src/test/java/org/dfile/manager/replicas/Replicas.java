package org.dfile.manager.replicas;

import java.util.Optional;
import java.util.UUID;
import org.dfile.model.ChainHash;
import org.dfile.model.FileVersion;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.VolumeId;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.ReplicaReport;
import org.dfile.protocol.ReplicaReport.Holding;
import org.dfile.protocol.ReplicaReport.Role;

/** Answers of hosts h1, h2, …, of which h1 leads. */
public final class Replicas {

    private Replicas() {}

    public static Host host(int number) {
        return new Host(
                new HostId("h" + number),
                new HostAddress("127.0.0.1", 7_400 + number),
                new VolumeId(new UUID(7, number)));
    }

    static StateId state(long seq, int history) {
        return new StateId(new FileVersion(1, seq), ChainHash.NONE.then(new byte[] {(byte) seq, (byte) history}));
    }

    public static ReplicaAnswer file(int number, long seq) {
        return answer(number, Holding.FILE, state(seq, 0), Optional.empty(), 0, false);
    }

    static ReplicaAnswer pending(int number, long seq, long pending) {
        return answer(number, Holding.FILE, state(seq, 0), Optional.of(state(pending, 0)), 0, false);
    }

    static ReplicaAnswer nothing(int number) {
        return answer(number, Holding.NOTHING, StateId.NONE, Optional.empty(), 0, false);
    }

    static ReplicaAnswer without(int number, Holding holding) {
        return ReplicaAnswer.of(host(number), ReplicaReport.without(holding, 1, "why"));
    }

    public static ReplicaAnswer silent(int number) {
        return ReplicaAnswer.silent(host(number), "no answer within 2 s");
    }

    static ReplicaAnswer answer(
            int number, Holding holding, StateId committed, Optional<StateId> pending, long damaged, boolean loss) {
        return ReplicaAnswer.of(
                host(number),
                new ReplicaReport(
                        holding,
                        1,
                        number == 1 ? Role.LEADING : Role.FOLLOWING,
                        Optional.of(new HostId("h1")),
                        committed,
                        5,
                        pending,
                        damaged,
                        loss,
                        0,
                        ""));
    }
}
