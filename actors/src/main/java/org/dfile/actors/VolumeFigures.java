package org.dfile.actors;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.NodeRequest;
import org.dfile.store.FileStore;
import org.dfile.store.ScrubStatus;
import org.dfile.store.VolumeUsage;

/**
 * What the volume tells about itself for a status: how full it is, how far its scrub is, what is damaged. Looked up on
 * the disk threads, one look at a time, which all who wait share. Used by the file server's actor alone.
 */
final class VolumeFigures {

    /**
     * What was told.
     *
     * @param scrub with all damage that the store lists
     */
    record Figures(VolumeUsage usage, ScrubStatus scrub) {

        static final Figures NONE = new Figures(VolumeUsage.NONE, ScrubStatus.NONE);
    }

    /** To the server: the volume has told. */
    record Known(Figures figures, long asOf) implements FileServerMessage {}

    /** To the server: the volume has not told, in time or at all. */
    record Unknown(Throwable error) implements FileServerMessage {}

    /** Makes a status of figures and, if they are old, of the reason why. */
    interface Answer {
        AdminReply of(Figures figures, String whyOld);
    }

    /** Questions that may wait; one more is answered with the figures of before. */
    private static final int MAX_WAITING = 64;

    private final ActorContext<NodeRequest> context;
    private final FileServerSettings settings;
    private final FileStore store;
    private final Executor io;
    private final Answer answer;
    private final List<ActorRef<AdminReply>> waiting = new ArrayList<>();
    private Figures latest = Figures.NONE;
    private long latestAtNanos;
    private boolean outdated = true;
    private boolean asked;

    /** Counts events after which figures from before are wrong. */
    private long events;

    VolumeFigures(
            ActorContext<NodeRequest> context,
            FileServerSettings settings,
            FileStore store,
            Executor io,
            Answer answer) {
        this.context = context;
        this.settings = settings;
        this.store = store;
        this.io = io;
        this.answer = answer;
    }

    /** Answers with figures that are fresh enough, now or later. */
    void tell(ActorRef<AdminReply> replyTo) {
        boolean fresh = !outdated
                && System.nanoTime() - latestAtNanos < settings.usageMaxAge().toNanos();
        if (fresh || waiting.size() >= MAX_WAITING) {
            tellLatest(replyTo);
        } else {
            waiting.add(replyTo);
            ask();
        }
    }

    /** Answers with the figures of before, without looking at the volume. */
    void tellLatest(ActorRef<AdminReply> replyTo) {
        replyTo.tell(answer.of(latest, ""));
    }

    /** Nobody who asks from now on gets figures from before. */
    void outdate() {
        events++;
        outdated = true;
    }

    private void ask() {
        if (!asked) {
            asked = true;
            long asOf = events;
            context.pipeToSelf(
                    Blocking.run(io, () -> new Figures(store.usage(), store.scrubStatus()))
                            .orTimeout(settings.usageTimeout().toNanos(), TimeUnit.NANOSECONDS),
                    (known, error) -> error == null ? new Known(known, asOf) : new Unknown(error));
        }
    }

    void onKnown(Known known) {
        asked = false;
        if (known.asOf() < events) {
            ask();
            return;
        }
        latest = known.figures();
        latestAtNanos = System.nanoTime();
        outdated = false;
        answerAll("");
    }

    void onUnknown(Unknown unknown) {
        asked = false;
        answerAll("figures are old, the volume did not tell newer ones: "
                + StoreFailures.detail(StoreFailures.cause(unknown.error())));
    }

    private void answerAll(String whyOld) {
        waiting.forEach(replyTo -> replyTo.tell(answer.of(latest, whyOld)));
        waiting.clear();
    }
}
