package org.dfile.replication.simulation;

import java.util.HashMap;
import java.util.Map;
import org.dfile.model.HostId;
import org.dfile.model.replica.StateId;
import org.dfile.replication.QuorumRead;

/** Reads that a host serves without being the coordinator. */
final class QuorumReads {

    private static final int PATIENCE_MICROS = 40_000;

    private static final class Open {
        private final SimFile file;
        private final Packet.Request request;
        private final QuorumRead read;

        Open(SimFile file, Packet.Request request, QuorumRead read) {
            this.file = file;
            this.request = request;
            this.read = read;
        }
    }

    private final HostProcess process;
    private final Map<Long, Open> open = new HashMap<>();

    QuorumReads(HostProcess process) {
        this.process = process;
    }

    void begin(SimFile file, Packet.Request request) {
        long id = process.world.nextId();
        open.put(id, new Open(file, request, new QuorumRead(process.replicas)));
        process.replicas.others().forEach(other -> process.send(other, new Packet.ReportWanted(id, file.name())));
        on(process.id(), new Packet.Reported(id, file.report()));
        process.in(PATIENCE_MICROS, () -> giveUp(id));
    }

    void on(HostId from, Packet.Reported reported) {
        Open read = open.get(reported.read());
        if (read == null) {
            return;
        }
        read.read.on(from, reported.report());
        if (read.read.agreed().isPresent()) {
            open.remove(reported.read());
            answer(read, read.read.agreed().get(), from);
        } else if (!read.read.isOpen()) {
            giveUp(reported.read());
        }
    }

    private void answer(Open read, StateId agreed, HostId from) {
        if (read.file.holds(agreed)) {
            process.world.counts.add(Counts.Of.QUORUM_READS);
            read.file.answer(read.request);
        } else if (from.equals(process.id())) {
            read.file.lead(read.request);
        } else {
            process.fetches.state(from, read.file.name(), agreed, state -> {
                if (state.isPresent()) {
                    process.world.counts.add(Counts.Of.QUORUM_READS);
                    process.reply(
                            read.request.client(),
                            new Packet.Read(read.request.call(), state.get().image()));
                } else {
                    read.file.lead(read.request);
                }
            });
        }
    }

    private void giveUp(long id) {
        Open read = open.remove(id);
        if (read != null) {
            read.file.lead(read.request);
        }
    }
}
