package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Receipt;
import org.dfile.model.SessionId;
import org.dfile.model.Stamp;
import org.dfile.protocol.FileReply;
import org.jspecify.annotations.Nullable;

/** A line of changes, what it sends, and how its changes end. */
abstract class ChangeLineFixture implements ChangeLine.Effects {

    record Sent(long id, PendingChange change, Stamp stamp) {}

    static final FileName NAME = FileName.of("f");
    static final Failure BUSY = new Failure.Busy("test", 1);
    static final Failure FULL = new Failure.VolumeFull(new HostId("h"), 1, 0);
    static final long SILENCE = 100;
    static final long DEADLINE = 10_000;

    final List<Sent> sent = new ArrayList<>();
    private final Map<PendingChange, Object> ended = new HashMap<>();
    private long sessions;
    int hosts = 1;
    final List<String> moves = new ArrayList<>();
    final List<PendingChange> renewing = new ArrayList<>();
    final ChangeLine line = new ChangeLine(
            () -> new SessionId(new UUID(0, ++sessions)), new Backoff(SILENCE, 1_000, 10, wait -> wait), this);

    @Override
    public long send(PendingChange change, Stamp stamp) {
        sent.add(new Sent(sent.size() + 1, change, stamp));
        return sent.size();
    }

    @Override
    public void done(PendingChange change, Receipt receipt) {
        assertThat(ended.put(change, receipt)).isNull();
    }

    @Override
    public void failed(PendingChange change, Failure failure) {
        assertThat(ended.put(change, failure)).isNull();
    }

    @Override
    public void timedOut(PendingChange change) {
        assertThat(ended.put(change, "timed out")).isNull();
    }

    @Override
    public int hosts() {
        return hosts;
    }

    @Override
    public void elsewhere(PendingChange change, boolean silent) {
        moves.add(silent ? "silent" : "refused");
    }

    @Override
    public void renew(PendingChange change) {
        renewing.add(change);
    }

    final PendingChange submit() {
        PendingChange change = new PendingChange(new Change.Delete(0), DEADLINE);
        line.submit(change, 0);
        return change;
    }

    final Sent last() {
        return sent.get(sent.size() - 1);
    }

    final void acknowledge(Sent attempt, long seq) {
        Receipt receipt = new Receipt(new FileVersion(1, seq), 0, 0, 0, 0, 1);
        line.onReply(attempt.change(), attempt.id(), new FileReply.Changed(attempt.id(), receipt), 1);
    }

    final void refuse(Sent attempt, Failure failure) {
        line.onReply(attempt.change(), attempt.id(), new FileReply.Failed(attempt.id(), failure), 1);
    }

    /** A line whose session the file has taken. */
    final void prove() {
        submit();
        acknowledge(last(), 5);
        sent.clear();
        ended.clear();
    }

    final @Nullable Object end(PendingChange change) {
        return ended.get(change);
    }
}
