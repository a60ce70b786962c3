package org.dfile.replication;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.dfile.model.HostId;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.Pending;
import org.jspecify.annotations.Nullable;

/**
 * What the answers of a majority say of a file (I6).
 *
 * @param base the highest committed state
 * @param holder a replica that holds it
 * @param found the batch that must be proposed again before anything else
 * @param finder a replica that holds that batch
 * @param floor highest floor of them (I15)
 * @param divergences committed states of one version with different histories (I18)
 */
record Survey(
        Committed base,
        HostId holder,
        @Nullable Pending found,
        @Nullable HostId finder,
        long floor,
        List<Effect.Diverged> divergences) {

    static Survey of(Map<HostId, FileMessage.Answer> answers) {
        TreeMap<HostId, FileMessage.Answer> inOrder = new TreeMap<>(answers);
        List<Effect.Diverged> divergences = new ArrayList<>();
        @Nullable Committed base = null;
        HostId holder = inOrder.firstKey();
        long floor = 0;
        for (Map.Entry<HostId, FileMessage.Answer> entry : inOrder.entrySet()) {
            Committed committed = entry.getValue().committed();
            floor = Math.max(floor, entry.getValue().floor());
            if (base != null && committed.id().contradicts(base.id())) {
                divergences.add(new Effect.Diverged(committed.id(), base.id()));
            }
            if (base == null || committed.id().isAbove(base.id())) {
                base = committed;
                holder = entry.getKey();
            }
        }
        return withFound(Objects.requireNonNull(base), holder, inOrder, floor, divergences);
    }

    private static Survey withFound(
            Committed base,
            HostId holder,
            TreeMap<HostId, FileMessage.Answer> answers,
            long floor,
            List<Effect.Diverged> divergences) {
        @Nullable Pending found = null;
        @Nullable HostId finder = null;
        for (Map.Entry<HostId, FileMessage.Answer> entry : answers.entrySet()) {
            Pending pending = entry.getValue().pending().orElse(null);
            if (pending != null
                    && pending.follows(base)
                    && (found == null || pending.ballot().compareTo(found.ballot()) > 0)) {
                found = pending;
                finder = entry.getKey();
            }
        }
        return new Survey(base, holder, found, finder, floor, List.copyOf(divergences));
    }
}
