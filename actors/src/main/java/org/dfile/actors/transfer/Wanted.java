package org.dfile.actors.transfer;

import java.util.Map;
import java.util.Optional;
import org.dfile.model.Batch;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.PieceId;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.FilePeerMessage.OpenTransfer.Kind;

/**
 * What is to be fetched.
 *
 * @param from the host that holds it
 * @param head the batch, if it came without all of its pieces
 * @param known pieces in the own store: they are not fetched, and stay the caller's if the fetch fails
 */
public record Wanted(
        HostId from, FileName name, Kind kind, StateId id, Optional<Batch> head, Map<PieceId, StagedBytes> known) {

    public Wanted {
        known = Map.copyOf(known);
    }

    /** A committed state, this one or a later one. */
    public static Wanted state(HostId from, FileName name, StateId id) {
        return new Wanted(from, name, Kind.STATE, id, Optional.empty(), Map.of());
    }

    /** The batch that makes a state, pending there. */
    public static Wanted batch(HostId from, FileName name, StateId id) {
        return new Wanted(from, name, Kind.BATCH, id, Optional.empty(), Map.of());
    }

    /** The pieces that are missing of a batch. */
    public static Wanted piecesOf(
            HostId from, FileName name, StateId id, Batch batch, Map<PieceId, StagedBytes> known) {
        return new Wanted(from, name, Kind.BATCH, id, Optional.of(batch), known);
    }
}
