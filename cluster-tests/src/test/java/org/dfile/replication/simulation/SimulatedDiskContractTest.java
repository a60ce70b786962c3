package org.dfile.replication.simulation;

import java.util.Optional;
import java.util.Set;
import org.dfile.cluster.contract.ReplicaDisk;
import org.dfile.cluster.contract.ReplicaDiskContract;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.FileName;
import org.dfile.replication.FileWrite;
import org.dfile.replication.WriteResult;
import org.jspecify.annotations.Nullable;

final class SimulatedDiskContractTest extends ReplicaDiskContract {

    @Override
    protected ReplicaDisk open() {
        Simulation world = Simulation.scripted(1, Set.of());
        return new Simulated(world, new SimDisk(world));
    }

    private record Simulated(Simulation world, SimDisk disk) implements ReplicaDisk {

        @Override
        public WriteResult write(FileName name, FileWrite write, Optional<Batch> batch) {
            @Nullable WriteResult[] result = new WriteResult[1];
            disk.write(name, write, batch, ended -> result[0] = ended.result());
            while (result[0] == null) {
                world.agenda.step();
            }
            return result[0];
        }

        @Override
        public void promise(FileName name, Ballot ballot) {
            boolean[] done = new boolean[1];
            disk.promise(ballot, () -> done[0] = true);
            while (!done[0]) {
                world.agenda.step();
            }
        }

        @Override
        public void purge(FileName name) {
            SimDisk.Holding holding = disk.durable().file(name).holding();
            if (holding.committed().tombstone()) {
                boolean[] done = new boolean[1];
                disk.purge(name, holding.committed().id(), () -> done[0] = true);
                while (!done[0]) {
                    world.agenda.step();
                }
            }
        }

        @Override
        public Contents contents(FileName name) {
            SimDisk.Contents all = disk.durable();
            SimDisk.FileRecord file = all.file(name);
            return new Contents(
                    file.holding().committed(),
                    file.pending().map(SimDisk.PendingBatch::pending),
                    all.promised(),
                    all.floor());
        }

        @Override
        public void reopen() {
            disk.crash();
            disk.open();
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
