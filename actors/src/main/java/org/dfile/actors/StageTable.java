package org.dfile.actors;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.dfile.model.Limits;
import org.dfile.model.StageId;
import org.dfile.model.StagedBytes;
import org.dfile.protocol.FileRequest;

/**
 * Whole files on their way to one name: which chunks of each stage have been written ahead. Chunks come in any order
 * and more than once. A stage that a waiting change publishes is claimed by it, and stays until that is decided.
 */
final class StageTable {

    /** What to do with a chunk. */
    enum Decision {
        /** It is new, and now expected: write it ahead. */
        WRITE,
        /** It is there already. */
        ANSWER,
        /** Another chunk with the same offset is there. */
        DIFFERENT,
        /** The same offset is being written, or the stage is being published. */
        UNDER_WAY,
        TOO_MANY_STAGES,
        TOO_MANY_BYTES
    }

    private static final class Stage {
        final TreeMap<Long, StagedBytes> chunks = new TreeMap<>();
        final Set<Long> underWay = new HashSet<>();
        boolean claimed;
        long touchedNanos;
    }

    private final int maxStages;
    private final long maxBytes;
    private final Map<StageId, Stage> stages = new HashMap<>();
    private long chargedBytes;

    StageTable(int maxStages, long maxBytes) {
        this.maxStages = maxStages;
        this.maxBytes = maxBytes;
    }

    boolean isEmpty() {
        return stages.isEmpty();
    }

    private static long charge(int byteCount) {
        return Math.max(byteCount, Limits.CHECKSUM_BLOCK_BYTES);
    }

    Decision offer(FileRequest.Stage request, long nowNanos) {
        Stage stage = stages.get(request.stage());
        if (stage == null && stages.size() >= maxStages) {
            return Decision.TOO_MANY_STAGES;
        }
        Decision decision = stage == null ? Decision.WRITE : decide(stage, request);
        if (decision == Decision.WRITE) {
            long charge = charge(request.bytes().byteCount());
            if (chargedBytes + charge > maxBytes) {
                return Decision.TOO_MANY_BYTES;
            }
            chargedBytes += charge;
            stage = stages.computeIfAbsent(request.stage(), id -> new Stage());
            stage.underWay.add(request.offset());
        }
        if (stage != null) {
            stage.touchedNanos = nowNanos;
        }
        return decision;
    }

    private static Decision decide(Stage stage, FileRequest.Stage request) {
        StagedBytes known = stage.chunks.get(request.offset());
        if (known != null) {
            boolean same = known.byteCount() == request.bytes().byteCount()
                    && known.crc32c() == request.bytes().crc32c();
            return same ? Decision.ANSWER : Decision.DIFFERENT;
        }
        return stage.claimed || stage.underWay.contains(request.offset()) ? Decision.UNDER_WAY : Decision.WRITE;
    }

    void written(FileRequest.Stage request, StagedBytes piece) {
        Stage stage = stages.get(request.stage());
        if (stage == null) {
            throw new IllegalStateException("a stage went while a chunk of it was written: " + request.stage());
        }
        stage.underWay.remove(request.offset());
        stage.chunks.put(request.offset(), piece);
    }

    void notWritten(FileRequest.Stage request) {
        chargedBytes -= charge(request.bytes().byteCount());
        Stage stage = stages.get(request.stage());
        if (stage != null) {
            stage.underWay.remove(request.offset());
            if (stage.chunks.isEmpty() && stage.underWay.isEmpty()) {
                stages.remove(request.stage());
            }
        }
    }

    /** Returns the pieces of a stage, in order, if they are exactly {@code length} bytes and nobody else has them. */
    Optional<List<StagedBytes>> claim(StageId id, long length) {
        Stage stage = stages.get(id);
        if (stage == null) {
            return length == 0 ? Optional.of(List.of()) : Optional.empty();
        }
        long end = 0;
        for (Map.Entry<Long, StagedBytes> chunk : stage.chunks.entrySet()) {
            if (chunk.getKey() != end) {
                return Optional.empty();
            }
            end += chunk.getValue().byteCount();
        }
        if (end != length || stage.claimed || !stage.underWay.isEmpty()) {
            return Optional.empty();
        }
        stage.claimed = true;
        return Optional.of(new ArrayList<>(stage.chunks.values()));
    }

    /** The change that claimed it was not executed, so it may be sent again. */
    void unclaim(StageId id, long nowNanos) {
        Stage stage = stages.get(id);
        if (stage != null) {
            stage.claimed = false;
            stage.touchedNanos = nowNanos;
        }
    }

    /** Forgets a stage; its pieces are the caller's. */
    Collection<StagedBytes> remove(StageId id) {
        Stage stage = stages.remove(id);
        return stage == null ? List.of() : forget(stage);
    }

    /** Forgets the stages that nobody touched since; their pieces are the caller's. */
    List<StagedBytes> removeIdle(long sinceNanos) {
        List<StagedBytes> pieces = new ArrayList<>();
        for (Iterator<Stage> each = stages.values().iterator(); each.hasNext(); ) {
            Stage stage = each.next();
            if (!stage.claimed && stage.underWay.isEmpty() && stage.touchedNanos - sinceNanos <= 0) {
                each.remove();
                pieces.addAll(forget(stage));
            }
        }
        return pieces;
    }

    private Collection<StagedBytes> forget(Stage stage) {
        stage.chunks.values().forEach(piece -> chargedBytes -= charge(piece.byteCount()));
        return stage.chunks.values();
    }
}
