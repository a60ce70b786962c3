package org.dfile.actors;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.Placement;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.NodeRequest;

/**
 * The files that have an actor: starts, passivates and forgets those actors, and counts the bytes in flight. Used by the
 * file server's actor alone.
 */
final class OpenFiles {

    /** To the server: the actor of a file has left. */
    record Gone(FileName name) implements FileServerMessage {}

    /** What there is for a file name. */
    private sealed interface Place permits Running, Closing {}

    private record Running(ActorRef<FileMessage> file, InFlightBytes.Account account) implements Place {}

    /** The actor was asked to leave; until it has left or stays, requests are held in order. */
    private record Closing(Running running, List<FileRequest> held) implements Place {}

    private final ActorContext<NodeRequest> context;
    private final FileEnvironment environment;
    private final FileServerSettings settings;
    private final HostId self;
    private final Placement placement;
    private final Consumer<FileRequest> takeAgain;
    private final InFlightBytes inFlight;
    private final InFlightBytes.Account heldBytes;

    /** Least recently used first. */
    private final Map<FileName, Place> places = new LinkedHashMap<>(16, 0.75f, true);

    private long started;

    /** @param takeAgain gets requests that were held, as if they came now */
    OpenFiles(
            ActorContext<NodeRequest> context,
            FileEnvironment environment,
            Placement placement,
            Consumer<FileRequest> takeAgain) {
        this.context = context;
        this.environment = environment;
        this.settings = environment.settings();
        this.self = environment.self();
        this.placement = placement;
        this.takeAgain = takeAgain;
        this.inFlight = new InFlightBytes(settings.maxBytesInFlight());
        this.heldBytes = inFlight.open();
    }

    int count() {
        return places.size();
    }

    void take(FileRequest request) {
        Place place = places.get(request.name());
        if (place instanceof Running running) {
            forward(running, request);
        } else if (place instanceof Closing closing) {
            hold(closing, request);
        } else {
            open(request);
        }
    }

    private void forward(Running running, FileRequest request) {
        if (running.account().tryAcquire(InFlightBytes.of(request))) {
            running.file().tell(new Accepted(request, running.account()));
        } else {
            refuse(request, new Failure.Busy("bytes in flight on host " + self, inFlight.limit()));
        }
    }

    private void hold(Closing closing, FileRequest request) {
        int limit = settings.maxWaitingPerFile();
        if (closing.held().size() >= limit) {
            refuse(request, new Failure.Busy("requests for " + request.name() + " while it is reopened", limit));
        } else if (!heldBytes.tryAcquire(InFlightBytes.of(request))) {
            refuse(request, new Failure.Busy("bytes in flight on host " + self, inFlight.limit()));
        } else {
            closing.held().add(request);
        }
    }

    private void open(FileRequest request) {
        FileName name = request.name();
        boolean ours =
                placement.replicasOf(name).stream().anyMatch(host -> host.id().equals(self));
        if (!ours) {
            refuse(request, new Failure.NotAReplica(name, self));
            return;
        }
        makeRoom();
        if (places.size() >= settings.maxOpenFiles()) {
            refuse(request, new Failure.Busy("open files on host " + self, settings.maxOpenFiles()));
        } else {
            forward(start(name), request);
        }
    }

    private Running start(FileName name) {
        started++; // names may be long and hold any character, so actors are numbered
        ActorRef<FileMessage> file = context.spawn(OpenFileActor.create(name, environment), "file-" + started);
        context.watchWith(file, new Gone(name));
        Running running = new Running(file, inFlight.open());
        places.put(name, running);
        return running;
    }

    /** Near the limit of open files each new one asks the idlest to leave. */
    private void makeRoom() {
        if (places.size() < settings.maxOpenFiles() - settings.maxOpenFiles() / 8) {
            return;
        }
        for (Map.Entry<FileName, Place> idlest : places.entrySet()) {
            if (idlest.getValue() instanceof Running running) {
                idlest.setValue(close(running));
                return;
            }
        }
    }

    private static Closing close(Running running) {
        running.file().tell(FileMessage.Passivated.INSTANCE);
        return new Closing(running, new ArrayList<>());
    }

    /** The file has nothing to do: it may leave. */
    void passivate(FileName name) {
        if (places.get(name) instanceof Running running) {
            places.put(name, close(running));
        }
    }

    /** The file has something to do after all. */
    void stayOpen(FileName name) {
        if (places.get(name) instanceof Closing closing) {
            places.put(name, closing.running());
            takeHeld(closing);
        }
    }

    /** The file's actor has left; what was held for it starts the next one. */
    void gone(FileName name) {
        Place place = places.remove(name);
        if (place instanceof Running running) {
            running.account().close();
        } else if (place instanceof Closing closing) {
            closing.running().account().close();
            takeHeld(closing);
        }
    }

    private void takeHeld(Closing closing) {
        for (FileRequest request : closing.held()) {
            heldBytes.release(InFlightBytes.of(request));
            takeAgain.accept(request);
        }
    }

    /** Has all files finish what runs, and leave. */
    void finishAll() {
        List.copyOf(places.keySet()).forEach(this::finish);
    }

    /** Has a file finish what runs, and leave. */
    void finish(FileName name) {
        if (places.get(name) instanceof Running running) {
            running.file().tell(FileMessage.Finish.INSTANCE);
        }
    }

    static void refuse(FileRequest request, Failure failure) {
        request.replyTo().tell(new FileReply.Failed(request.id(), failure));
    }
}
