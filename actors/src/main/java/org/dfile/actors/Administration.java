package org.dfile.actors;

import java.util.Optional;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.dfile.model.Failure;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.NodeRequest;
import org.dfile.store.PoisonedException;

/** What operators ask of a node, and what it answers in each state of its life. Used by the file server's actor alone. */
final class Administration {

    private final ActorContext<NodeRequest> context;
    private final FileEnvironment environment;
    private final NodeDesk desk;
    private final NodeLife life;
    private final OpenFiles files;
    private final VolumeFigures figures;

    Administration(
            ActorContext<NodeRequest> context,
            FileEnvironment environment,
            NodeDesk desk,
            NodeLife life,
            OpenFiles files) {
        this.context = context;
        this.environment = environment;
        this.desk = desk;
        this.life = life;
        this.files = files;
        this.figures =
                new VolumeFigures(context, environment.settings(), environment.store(), environment.io(), this::status);
    }

    void on(AdminRequest.Hello hello) {
        hello.replyTo().tell(desk.welcome(hello));
    }

    // -- status

    void on(AdminRequest.GetStatus get) {
        Optional<AdminReply> otherProtocol = desk.otherProtocol(get.protocol());
        if (otherProtocol.isPresent()) {
            get.replyTo().tell(otherProtocol.get());
        } else if (life.isVolumeGone()) {
            figures.tellLatest(get.replyTo());
        } else {
            figures.tell(get.replyTo());
        }
    }

    private AdminReply status(VolumeFigures.Figures of, String whyOld) {
        return desk.status(life.state(), of, files.count(), whyOld.isEmpty() ? life.lastError() : whyOld);
    }

    void on(VolumeFigures.Known known) {
        figures.onKnown(known);
    }

    void on(VolumeFigures.Unknown unknown) {
        figures.onUnknown(unknown);
    }

    // -- scrub

    void on(AdminRequest.StartScrub start) {
        if (!desk.authorises(start.token())) {
            start.replyTo().tell(desk.notAuthorised("StartScrub"));
        } else if (!life.isReady()) {
            start.replyTo().tell(new AdminReply.AdminFailed(life.leaving()));
        } else {
            ScrubRequests.start(context, environment.store(), environment.io(), start.replyTo());
        }
    }

    void on(ScrubRequests.Started requested) {
        figures.outdate(); // who asks next must not hear that no scrub is under way
        requested.replyTo().tell(new AdminReply.ScrubStarted(desk.self()));
    }

    void on(ScrubRequests.NotStarted failed) {
        String detail = StoreFailures.detail(failed.error());
        failed.replyTo().tell(new AdminReply.AdminFailed(new Failure.StorageFailed(desk.self(), detail)));
        if (failed.error() instanceof PoisonedException) {
            life.poisoned(detail);
        } else {
            life.trouble("starting a scrub: " + detail);
        }
    }

    // -- the end

    void on(AdminRequest.Kill kill) {
        if (desk.authorises(kill.token())) {
            life.kill(kill.replyTo());
        } else {
            kill.replyTo().tell(desk.notAuthorised("Kill"));
        }
    }
}
