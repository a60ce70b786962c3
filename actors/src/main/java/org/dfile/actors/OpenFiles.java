package org.dfile.actors;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.dfile.actors.memory.MemoryLimit;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.Slot;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.peer.FilePeerMessage;

/**
 * The files that have an actor: starts, passivates and forgets those actors, and counts the bytes in flight. Used by the
 * file server's actor alone.
 */
final class OpenFiles {

    /** To the server: the actor of a file has left. */
    record Gone(FileName name) implements FileServerMessage {}

    /** What there is for a file name. */
    private sealed interface Place permits Running, Closing {}

    /** What came while the actor was asked to leave. */
    private sealed interface Held permits HeldRequest, HeldMail {}

    private record HeldRequest(FileRequest request, boolean forwarded) implements Held {}

    private record HeldMail(FilePeerMessage message) implements Held {}

    /**
     * The actor takes what comes.
     *
     * @param requests what it has of {@link #inFlight}
     * @param mail what it has of {@link #peerBytes}
     */
    private record Running(ActorRef<OpenFileMessage> file, MemoryLimit.Account requests, MemoryLimit.Account mail)
            implements Place {

        void close() {
            requests.close();
            mail.close();
        }
    }

    /** The actor was asked to leave; until it has left or stays, requests are held in order. */
    private record Closing(Running running, List<Held> held) implements Place {}

    private final ActorContext<NodeRequest> context;
    private final FileEnvironment environment;
    private final FileServerSettings settings;
    private final HostId self;
    private final Consumer<NodeRequest> takeAgain;
    private final MemoryLimit inFlight;
    private final MemoryLimit.Account heldRequests;
    private final MemoryLimit peerBytes;
    private final MemoryLimit.Account heldMail;

    /** Least recently used first. */
    private final Map<FileName, Place> places = new LinkedHashMap<>(16, 0.75f, true);

    private long started;

    /** @param takeAgain gets what was held, as if it came now */
    OpenFiles(ActorContext<NodeRequest> context, FileEnvironment environment, Consumer<NodeRequest> takeAgain) {
        this.context = context;
        this.environment = environment;
        this.settings = environment.settings();
        this.self = environment.self();
        this.takeAgain = takeAgain;
        this.inFlight = new MemoryLimit(settings.maxBytesInFlight());
        this.heldRequests = inFlight.open();
        this.peerBytes = new MemoryLimit(settings.maxPeerBytes());
        this.heldMail = peerBytes.open();
    }

    int count() {
        return places.size();
    }

    /** @param forwarded whether another host passed it on */
    void take(FileRequest request, boolean forwarded) {
        Place place = places.get(request.name());
        if (place instanceof Closing closing) {
            hold(closing, request, forwarded);
        } else if (place instanceof Running running) {
            hand(running, request, forwarded);
        } else if (!isOurs(request.name())) {
            refuse(request, new Failure.NotAReplica(request.name(), self));
        } else {
            start(request.name())
                    .ifPresentOrElse(
                            running -> hand(running, request, forwarded),
                            () -> refuse(
                                    request, new Failure.Busy("open files on host " + self, settings.maxOpenFiles())));
        }
    }

    /**
     * Takes what another host says of a file. What there is no room for is lost: it is said again.
     *
     * @param mayOpen whether the file may be opened for it
     */
    void take(FilePeerMessage message, boolean mayOpen) {
        Place place = places.get(message.name());
        if (place instanceof Closing closing) {
            if (closing.held().size() < settings.maxWaitingPerFile() && heldMail.tryAcquire(message.payloadBytes())) {
                closing.held().add(new HeldMail(message));
            }
        } else if (place instanceof Running running) {
            hand(running, message);
        } else if (mayOpen && isOurs(message.name())) {
            start(message.name()).ifPresent(running -> hand(running, message));
        }
    }

    private static void hand(Running running, FilePeerMessage message) {
        if (running.mail().tryAcquire(message.payloadBytes())) {
            running.file().tell(new OpenFileMessage.FromPeer(message, running.mail()));
        }
    }

    /** Has damaged bytes of a file taken from another replica. Returns false if the file cannot be opened for that now. */
    boolean repair(FileName name) {
        Place place = places.get(name);
        if (place instanceof Closing || (place == null && !isOurs(name))) {
            return false;
        }
        Optional<Running> running = place == null ? start(name) : Optional.of(running(place));
        running.ifPresent(open -> open.file().tell(OpenFileMessage.Repair.INSTANCE));
        return running.isPresent();
    }

    private boolean isOurs(FileName name) {
        return environment.placement().get().replicasOf(name).stream()
                .anyMatch(host -> host.id().equals(self));
    }

    private void hand(Running running, FileRequest request, boolean forwarded) {
        if (running.requests().tryAcquire(Accepted.bytesOf(request))) {
            running.file().tell(new Accepted(request, running.requests(), forwarded));
        } else {
            refuse(request, new Failure.Busy("bytes in flight on host " + self, inFlight.limit()));
        }
    }

    private void hold(Closing closing, FileRequest request, boolean forwarded) {
        int limit = settings.maxWaitingPerFile();
        if (closing.held().size() >= limit) {
            refuse(request, new Failure.Busy("requests for " + request.name() + " while it is reopened", limit));
        } else if (!heldRequests.tryAcquire(Accepted.bytesOf(request))) {
            refuse(request, new Failure.Busy("bytes in flight on host " + self, inFlight.limit()));
        } else {
            closing.held().add(new HeldRequest(request, forwarded));
        }
    }

    /** Starts the actor of a file, unless too many are open. */
    private Optional<Running> start(FileName name) {
        makeRoom();
        if (places.size() >= settings.maxOpenFiles()) {
            return Optional.empty();
        }
        started++; // names may be long and hold any character, so actors are numbered
        ActorRef<OpenFileMessage> file = context.spawn(OpenFileActor.create(name, environment), "file-" + started);
        context.watchWith(file, new Gone(name));
        Running running = new Running(file, inFlight.open(), peerBytes.open());
        places.put(name, running);
        return Optional.of(running);
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
        running.file().tell(OpenFileMessage.Passivated.INSTANCE);
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
            running.close();
        } else if (place instanceof Closing closing) {
            closing.running().close();
            takeHeld(closing);
        }
    }

    private void takeHeld(Closing closing) {
        for (Held held : closing.held()) {
            if (held instanceof HeldRequest request) {
                heldRequests.release(Accepted.bytesOf(request.request()));
                takeAgain.accept(
                        request.forwarded() ? new FileServerMessage.Forwarded(request.request()) : request.request());
            } else if (held instanceof HeldMail mail) {
                heldMail.release(mail.message().payloadBytes());
                takeAgain.accept(mail.message());
            }
        }
    }

    /** Tells the files of slots that somebody else leads them now. */
    void roleChanged(Collection<Slot> slots) {
        Set<Slot> changed = Set.copyOf(slots);
        places.forEach((name, place) -> {
            if (changed.contains(name.slot())) {
                running(place).file().tell(OpenFileMessage.RoleChanged.INSTANCE);
            }
        });
    }

    private static Running running(Place place) {
        return place instanceof Closing closing ? closing.running() : (Running) place;
    }

    /** Has the files of a slot opened anew by what comes next. Returns those that are open now. */
    Set<FileName> reopen(Slot slot) {
        Set<FileName> open = places.keySet().stream()
                .filter(name -> name.slot().equals(slot))
                .collect(Collectors.toSet());
        open.forEach(this::reopen);
        return open;
    }

    /** Has a file opened anew by what comes next for it, if it is open. */
    void reopen(FileName name) {
        Place place = places.get(name);
        if (place != null) {
            running(place).file().tell(OpenFileMessage.Reopen.INSTANCE);
            passivate(name);
        }
    }

    /** Has all files finish what runs, and leave. */
    void finishAll() {
        List.copyOf(places.keySet()).forEach(this::finish);
    }

    /** Has a file finish what runs, and leave. */
    void finish(FileName name) {
        if (places.get(name) instanceof Running running) {
            running.file().tell(OpenFileMessage.Finish.INSTANCE);
        }
    }

    static void refuse(FileRequest request, Failure failure) {
        request.replyTo().tell(new FileReply.Failed(request.id(), failure));
    }
}
