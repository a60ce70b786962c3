package org.dfile.store.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.dfile.model.Bytes;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Limits;
import org.dfile.model.Outcome;
import org.dfile.model.Receipt;
import org.dfile.model.Session;
import org.dfile.model.SessionId;
import org.dfile.store.history.Plan.Edit;

/** Thinks up batches that a file in a given state allows. Equal seeds and states give equal batches. */
public final class PlanSource {

    private static final Instant START = Instant.parse("2026-11-22T10:00:00.123456789Z");
    private static final int MOST_SESSIONS = 4;
    private static final int BLOCK_BYTES = Limits.CHECKSUM_BLOCK_BYTES;

    private final Random random;
    private final int longestFile;
    private final int longestStaged;

    public PlanSource(Random random, int longestFile, int longestStaged) {
        this.random = random;
        this.longestFile = longestFile;
        this.longestStaged = longestStaged;
    }

    public Plan next(ModelFile before) {
        return next(before, 0);
    }

    /** @param floor a creation takes a generation above it (I15) */
    Plan next(ModelFile before, long floor) {
        boolean sessionsOnly = before.exists() && random.nextInt(20) == 0;
        List<Edit> edits = sessionsOnly ? List.of() : edits(before);
        Plan plain = new Plan(
                edits,
                START.plusNanos(random.nextInt(1_000_000_000)),
                List.of(),
                List.of(),
                before.state().watermark(),
                Math.max(floor, before.version().generation()) + 1);
        return random.nextInt(3) == 0 || sessionsOnly ? withSessions(plain, before) : plain;
    }

    private List<Edit> edits(ModelFile before) {
        List<Edit> edits = new ArrayList<>();
        boolean exists = before.exists();
        int length = before.length();
        int count = 1 + random.nextInt(random.nextInt(15) == 0 ? 60 : 3);
        boolean created = false;
        for (int i = 0; i < count; i++) {
            Edit edit = exists ? change(length) : new Edit.Create();
            if (edit instanceof Edit.Create) {
                if (created) { // a batch has one version, so at most one creation
                    return edits;
                }
                created = true;
            }
            edits.add(edit);
            exists = !(edit instanceof Edit.Delete);
            length = lengthAfter(edit, length);
        }
        return edits;
    }

    private static int lengthAfter(Edit edit, int length) {
        if (edit instanceof Edit.WriteInline write) {
            return longer(length, write.offset(), write.bytes().byteCount());
        }
        if (edit instanceof Edit.WriteStaged write) {
            int byteCount = write.pieces().stream().mapToInt(Bytes::byteCount).sum();
            return longer(length, write.offset(), byteCount);
        }
        return edit instanceof Edit.Truncate truncate ? truncate.length() : 0;
    }

    private static int longer(int length, long offset, int byteCount) {
        return byteCount == 0 ? length : Math.max(length, (int) offset + byteCount);
    }

    private Edit change(int length) {
        int kind = random.nextInt(100);
        if (kind < 5) {
            return new Edit.Delete();
        }
        if (kind < 13) {
            return new Edit.Truncate(random.nextInt(10) == 0 ? 0 : random.nextInt(longestFile));
        }
        return kind < 35 ? staged(length) : inline(length);
    }

    private Edit inline(int length) {
        int byteCount = switch (random.nextInt(8)) {
            case 0, 1, 2, 3 -> random.nextInt(100);
            case 4, 5, 6 -> random.nextInt(5_000);
            default -> BLOCK_BYTES - random.nextInt(random.nextBoolean() ? 2 : BLOCK_BYTES);
        };
        return new Edit.WriteInline(offset(length, byteCount), bytes(byteCount));
    }

    /** Pieces of at most a block are held in memory by the store, larger ones go to a data file: half of each. */
    private Edit staged(int length) {
        List<Bytes> pieces = new ArrayList<>();
        int sum = 0;
        for (int i = random.nextInt(4) == 0 ? 3 : 1; i > 0; i--) {
            boolean large = i == 1 && longestStaged > BLOCK_BYTES && random.nextBoolean();
            int byteCount = large
                    ? BLOCK_BYTES + 1 + random.nextInt(longestStaged - BLOCK_BYTES)
                    : random.nextInt(longestStaged / (2 * i));
            sum += byteCount;
            pieces.add(bytes(byteCount));
        }
        return new Edit.WriteStaged(offset(length, sum), pieces);
    }

    private int offset(int length, int byteCount) {
        boolean append = random.nextInt(3) == 0 && length + byteCount < longestFile;
        return append ? length : random.nextInt(Math.max(1, longestFile - byteCount));
    }

    private Bytes bytes(int byteCount) {
        byte[] bytes = new byte[byteCount];
        random.nextBytes(bytes);
        return Bytes.of(bytes);
    }

    private Plan withSessions(Plan plan, ModelFile before) {
        FileState state = before.state();
        FileVersion version = plan.versionAfter(state.version());
        List<SessionId> evicted = new ArrayList<>();
        FileVersion watermark = plan.watermark();
        if (state.sessions().size() >= MOST_SESSIONS) {
            evicted.add(state.sessions().get(0).id());
            watermark = version;
        }
        SessionId id = session(state, evicted);
        long last = state.session(id).map(Session::last).orElse(0L) + 1;
        List<Outcome> outcomes =
                new ArrayList<>(state.session(id).map(Session::outcomes).orElse(List.of()));
        if (random.nextInt(3) == 0) {
            outcomes.clear(); // the client has seen them
        }
        outcomes.add(new Outcome.Done(new Receipt(version, random.nextInt(100), 1, random.nextInt(), 1, 1)));
        int from = Math.max(0, outcomes.size() - Limits.SESSION_WINDOW);
        Session session = new Session(id, last, outcomes.subList(from, outcomes.size()), version.seq());
        return new Plan(plan.edits(), plan.time(), List.of(session), evicted, watermark, plan.generation());
    }

    private SessionId session(FileState state, List<SessionId> evicted) {
        List<SessionId> known = state.sessions().stream()
                .map(Session::id)
                .filter(id -> !evicted.contains(id))
                .toList();
        boolean old = !known.isEmpty() && random.nextBoolean();
        return old
                ? known.get(random.nextInt(known.size()))
                : new SessionId(new UUID(random.nextLong(), random.nextLong()));
    }
}
