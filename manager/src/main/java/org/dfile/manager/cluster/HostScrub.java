package org.dfile.manager.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.dfile.manager.hosts.HostEntry;
import org.dfile.model.ClusterId;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminReply.AdminFailed;
import org.dfile.protocol.AdminReply.NodeStatus;
import org.dfile.protocol.AdminReply.ScrubStarted;
import org.dfile.protocol.NodeState;
import org.dfile.protocol.ScrubReport;
import org.jspecify.annotations.Nullable;

/**
 * The scrub of one host, one question at a time: who answers there, then start, then how far it is. Any question may stay
 * unanswered for a while, also because the node is being started again. Used by one thread.
 */
final class HostScrub {

    private enum Step {
        WHO_ANSWERS,
        START,
        WATCH,
        ENDED
    }

    private final HostEntry host;
    private final ClusterId cluster;
    private final AdminClient admin;
    private final String token;
    private final ManagerSettings settings;
    private final boolean wait;

    private Step step = Step.WHO_ANSWERS;
    private long answeredNanos = System.nanoTime();
    private ScrubReport before = ScrubReport.NONE;
    private Optional<ScrubReport> report = Optional.empty();
    private String failure = "";

    HostScrub(
            HostEntry host,
            ClusterId cluster,
            AdminClient admin,
            String token,
            ManagerSettings settings,
            boolean wait) {
        this.host = host;
        this.cluster = cluster;
        this.admin = admin;
        this.token = token;
        this.settings = settings;
        this.wait = wait;
    }

    HostEntry host() {
        return host;
    }

    boolean ended() {
        return step == Step.ENDED;
    }

    /** Whether it was started, so that there is nothing to do but look now and then. */
    boolean watched() {
        return step == Step.WATCH;
    }

    /** Empty if all went well so far. */
    String failure() {
        return failure;
    }

    /** The latest news, of the scrub that this object has started or met. */
    Optional<ScrubReport> report() {
        return step == Step.WHO_ANSWERS || step == Step.START ? Optional.empty() : report;
    }

    /** Asks the next question. Completes when {@link #hear} may be called; never fails. */
    CompletableFuture<Runnable> ask() {
        CompletionStage<AdminReply> answer = step == Step.START
                ? admin.startScrub(host.address(), token, settings.statusTimeout())
                : admin.status(host.address(), settings.statusTimeout());
        return answer.<Runnable>handle((reply, error) -> () -> hear(reply)).toCompletableFuture();
    }

    private void hear(@Nullable AdminReply reply) {
        if (reply != null) {
            answeredNanos = System.nanoTime();
        }
        if (reply instanceof NodeStatus status) {
            onStatus(status);
        } else if (reply instanceof ScrubStarted) {
            step = wait ? Step.WATCH : Step.ENDED;
        } else if (reply instanceof AdminFailed failed) {
            fail(failed.failure().message());
        } else {
            onSilence();
        }
    }

    /** Who has answered before may be on its way through a restart. */
    private void onSilence() {
        Duration patience = step == Step.WHO_ANSWERS ? settings.statusTimeout() : settings.scrubPatience();
        if (System.nanoTime() - answeredNanos >= patience.toNanos()) {
            fail("no answer within " + patience.toSeconds() + " s");
        }
    }

    private void onStatus(NodeStatus status) {
        if (!status.host().equals(host.id()) || !status.cluster().equals(cluster)) {
            fail("host " + status.host() + " of cluster " + status.cluster() + " answers there");
        } else if (status.state() != NodeState.READY && status.state() != NodeState.STOPPING) {
            fail("the node is " + status.state() + ": " + status.lastError());
        } else if (step == Step.WHO_ANSWERS) {
            before = status.scrub();
            step = Step.START;
        } else if (isNews(status.scrub())) {
            report = Optional.of(status.scrub());
            step = status.scrub().state() == ScrubReport.State.RUNNING ? Step.WATCH : Step.ENDED;
        }
    }

    /** A node whose disk is slow to answer tells what it knew before the start. */
    private boolean isNews(ScrubReport now) {
        return now.state() == ScrubReport.State.RUNNING
                || (now.state() == ScrubReport.State.IDLE && now.endedAtMillis() != before.endedAtMillis());
    }

    private void fail(String why) {
        failure = why;
        step = Step.ENDED;
    }
}
