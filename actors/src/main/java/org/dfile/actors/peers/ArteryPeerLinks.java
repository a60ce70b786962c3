package org.dfile.actors.peers;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.NodePaths;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.SlotRequest;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.protocol.peer.SlotPeerMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links over Pekko Artery.
 *
 * <p>A node that stops in order says farewell, and Artery drops whatever is sent to it from then on. It forgets that after
 * {@code remove-quarantined-association-after}; a reference that is in use does not. So references are looked up anew
 * every so often, and whenever somebody knows better.
 */
public final class ArteryPeerLinks implements PeerLinks {

    private static final Logger LOG = LoggerFactory.getLogger(ArteryPeerLinks.class);

    /** The actors of a node, as they were looked up. */
    private record Peer(
            ActorRef<NodeRequest> files,
            ActorRef<NodeRequest> bulk,
            ActorRef<SlotRequest> slots,
            ActorRef<FileRequest> forwarded,
            ActorRef<FileRequest> forwardedBulk,
            long resolvedNanos) {}

    private final ActorRefResolver resolver;
    private final HostList list;
    private final long resolveNanos;
    private final ConcurrentHashMap<HostId, Peer> peers = new ConcurrentHashMap<>();

    /** @param resolveInterval how long a reference is used before it is looked up anew */
    public ArteryPeerLinks(ActorSystem<?> system, HostList list, Duration resolveInterval) {
        if (resolveInterval.isNegative()) {
            throw new IllegalArgumentException("resolve interval " + resolveInterval);
        }
        this.resolver = ActorRefResolver.get(system);
        this.list = list;
        this.resolveNanos = resolveInterval.toNanos();
    }

    @Override
    public void toFiles(HostId to, FilePeerMessage message) {
        boolean large = isLarge(message.payloadBytes());
        peer(to).ifPresent(peer -> (large ? peer.bulk() : peer.files()).tell(message));
    }

    @Override
    public void toSlots(HostId to, SlotPeerMessage message) {
        peer(to).ifPresent(peer -> peer.slots().tell(message));
    }

    @Override
    public void forward(HostId to, FileRequest request) {
        boolean large = isLarge(byteCount(request));
        peer(to).ifPresent(peer -> (large ? peer.forwardedBulk() : peer.forwarded()).tell(request));
    }

    @Override
    public void newLife(HostId host) {
        peers.remove(host);
    }

    private static boolean isLarge(int byteCount) {
        return byteCount > NodePaths.BULK_THRESHOLD_BYTES;
    }

    private static int byteCount(FileRequest request) {
        if (request instanceof FileRequest.Apply apply) {
            return apply.change().bytes().byteCount();
        }
        return request instanceof FileRequest.Stage stage ? stage.bytes().byteCount() : 0;
    }

    private Optional<Peer> peer(HostId id) {
        Peer known = peers.get(id);
        if (known != null && System.nanoTime() - known.resolvedNanos() < resolveNanos) {
            return Optional.of(known);
        }
        Optional<Peer> resolved = list.host(id).map(Host::address).map(this::resolve);
        resolved.ifPresentOrElse(
                peer -> peers.put(id, peer), () -> LOG.warn("host {} is not in host list {}", id, list.id()));
        return resolved;
    }

    private Peer resolve(HostAddress address) {
        String user = "pekko://" + NodePaths.NODE_SYSTEM + "@" + address + "/user/";
        return new Peer(
                resolver.resolveActorRef(user + NodePaths.FILES),
                resolver.resolveActorRef(user + NodePaths.BULK),
                resolver.resolveActorRef(user + NodePaths.SLOTS),
                resolver.resolveActorRef(user + NodePaths.FORWARDED),
                resolver.resolveActorRef(user + NodePaths.FORWARDED_BULK),
                System.nanoTime());
    }
}
