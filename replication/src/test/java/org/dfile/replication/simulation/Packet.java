package org.dfile.replication.simulation;

import java.util.Optional;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.Change;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.Outcome;
import org.dfile.model.Stamp;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.SlotMessage;
import org.dfile.model.replica.StateId;
import org.dfile.replication.QuorumRead;
import org.dfile.replication.Rejoin;
import org.dfile.replication.batch.FileImage;
import org.jspecify.annotations.Nullable;

/** What travels over the network. */
sealed interface Packet {

    record OfSlot(SlotMessage message) implements Packet {}

    /**
     * What replicas of one file say.
     *
     * @param batch goes along with an {@code Accept}
     */
    record OfFile(
            FileName name, FileMessage message, @Nullable Batch batch) implements Packet {}

    /**
     * A sign of life.
     *
     * @param votes whether the host may lead
     */
    record Heartbeat(boolean votes) implements Packet {}

    record StateWanted(long request, FileName name, StateId id) implements Packet {}

    record StateSent(long request, Optional<SimDisk.Holding> holding) implements Packet {}

    record BatchWanted(long request, FileName name, StateId id) implements Packet {}

    record BatchSent(long request, Optional<Batch> batch) implements Packet {}

    record ReportWanted(long read, FileName name) implements Packet {}

    record Reported(long read, QuorumRead.Report report) implements Packet {}

    record PageWanted(Ballot ballot, Optional<FileName> after) implements Packet {}

    record PageSent(Ballot ballot, Optional<FileName> after, Rejoin.Page page) implements Packet {}

    /**
     * From a client, or from a host that does not lead.
     *
     * @param stamp of a change; none for a read
     * @param staged whether the bytes of the change were sent ahead
     */
    record Request(
            String client,
            long call,
            FileName name,
            @Nullable Stamp stamp,
            @Nullable Change change,
            boolean staged,
            int hops)
            implements Packet {

        Request forwarded() {
            return new Request(client, call, name, stamp, change, staged, hops + 1);
        }
    }

    record Judged(long call, Outcome outcome) implements Packet {}

    record Read(long call, FileImage image) implements Packet {}

    /**
     * Not executed by this host.
     *
     * @param version that the host has of the file if it has lost the session, else nothing
     */
    record Declined(long call, Optional<FileVersion> version) implements Packet {}
}
