package org.dfile.protocol;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.dfile.model.ChainHash;
import org.dfile.model.Failure;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.replica.StateId;

/** Samples of what operators ask, for {@link Samples}. */
final class OperatorSamples {

    private static final StateId COMMITTED = new StateId(new FileVersion(3, 14), new ChainHash("ab".repeat(32)));
    private static final StateId PENDING = new StateId(new FileVersion(3, 15), new ChainHash("cd".repeat(32)));

    private OperatorSamples() {}

    static void add(Map<String, WireMessage> samples, ActorRefResolver resolver) {
        ActorRef<OperatorReply> manager =
                resolver.resolveActorRef("pekko://dfile-client@192.0.2.7:41234/temp/operator$a");
        samples.put("GetReplica", new OperatorRequest.GetReplica(Samples.NAME, manager));
        samples.put("GetReplication", new OperatorRequest.GetReplication(manager));
        samples.put("GetHostList", new OperatorRequest.GetHostList(manager));
        samples.put("NewHostList", new OperatorRequest.NewHostList("a token", Samples.LIST, manager));
        samples.put("AcceptLoss", new OperatorRequest.AcceptLoss("a token", Set.of(Samples.HOST), manager));
        samples.put("Replica", new OperatorReply.Replica(Samples.HOST, report()));
        samples.put(
                "Replica without a volume",
                new OperatorReply.Replica(
                        Samples.HOST, ReplicaReport.without(ReplicaReport.Holding.NO_VOLUME, 2, "it is empty")));
        samples.put(
                "Replication",
                new OperatorReply.Replication(
                        Samples.HOST,
                        new ReplicationReport(
                                2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, Map.of(new HostId("n2"), 1_795_000_000_004L))));
        samples.put("Current", new OperatorReply.Current(Samples.HOST, Samples.LIST));
        samples.put("LossAccepted", new OperatorReply.LossAccepted(Samples.HOST, 12, 3));
        samples.put("OperatorFailed", new OperatorReply.OperatorFailed(new Failure.NotAuthorised(Samples.HOST, "x")));
    }

    private static ReplicaReport report() {
        return new ReplicaReport(
                ReplicaReport.Holding.FILE,
                2,
                ReplicaReport.Role.FOLLOWING,
                Optional.of(new HostId("n2")),
                COMMITTED,
                1L << 33,
                Optional.of(PENDING),
                4,
                true,
                2,
                "nothing to add");
    }
}
