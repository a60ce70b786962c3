package org.dfile.client.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFileException;
import org.dfile.client.DFileSystem;
import org.dfile.model.Failure;
import org.dfile.model.HostAddress;
import org.dfile.model.HostList;
import org.dfile.protocol.AdminReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds a cluster: starts the network, asks the contacts for the host list, and explains it when none answers. */
public final class Connector {

    private static final Logger LOG = LoggerFactory.getLogger(Connector.class);
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(1);

    private final ClientSettings settings;
    private final ArteryTransport transport;

    private Connector(ClientSettings settings, ArteryTransport transport) {
        this.settings = settings;
        this.transport = transport;
    }

    public static CompletionStage<DFileSystem> connect(ClientSettings settings) {
        CompletableFuture<DFileSystem> connected = new CompletableFuture<>();
        Thread thread = new Thread(() -> run(settings, connected), "dfile-client-connect");
        thread.setDaemon(true);
        thread.start();
        return new Callbacks(settings.callbackExecutor()).handOut(connected);
    }

    private static void run(ClientSettings settings, CompletableFuture<DFileSystem> connected) {
        try {
            ArteryTransport transport = new ArteryTransport(
                    settings.bindHost(),
                    settings.bindPort(),
                    LocalAddress.canonicalHost(settings),
                    settings.canonicalPort());
            try {
                HostList list = new Connector(settings, transport).fetchHostList();
                connected.complete(new FileSystemClient(new Engine(transport, list, settings)));
            } catch (RuntimeException | InterruptedException e) {
                transport.close();
                throw e;
            }
        } catch (Exception e) {
            connected.completeExceptionally(e);
        }
    }

    // -- the host list

    /** Asks all contacts, again and again until one answers or the time is over: a first message may get lost. */
    private HostList fetchHostList() throws InterruptedException {
        CompletableFuture<HostList> found = new CompletableFuture<>();
        CompletableFuture<Failure> refused = new CompletableFuture<>();
        long end = System.nanoTime() + settings.connectTimeout().toNanos();
        while (System.nanoTime() - end < 0) {
            for (HostAddress contact : settings.contacts()) {
                Futures.atEnd(transport.hello(contact, settings.connectTimeout()), (reply, error) -> {
                    if (reply instanceof AdminReply.Welcome welcome) {
                        found.complete(welcome.list());
                    } else if (reply instanceof AdminReply.AdminFailed failed) {
                        refused.complete(failed.failure());
                    }
                });
            }
            Optional<HostList> list = await(found, end);
            if (list.isPresent()) {
                return list.get();
            }
            if (refused.getNow(null) instanceof Failure.OtherProtocol other) {
                throw new DFileException(other); // that will not change by asking again
            }
        }
        throw new DFileException(refused.isDone() ? refused.join() : explain());
    }

    private Optional<HostList> await(CompletableFuture<HostList> found, long end) throws InterruptedException {
        long patience = Math.min(settings.retryInterval().toNanos(), end - System.nanoTime());
        try {
            return Optional.of(found.get(Math.max(1, patience), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nobody answered: is there a host that hears us and cannot answer? */
    private Failure explain() {
        List<String> tried = new ArrayList<>();
        for (HostAddress contact : settings.contacts()) {
            try (Socket socket = new Socket()) {
                InetSocketAddress address = new InetSocketAddress(contact.host(), contact.port());
                socket.connect(address, (int) PROBE_PATIENCE.toMillis());
                return new Failure.NoReturnPath(transport.clientAddress(), contact);
            } catch (IOException e) {
                LOG.debug("{} cannot be dialled", contact, e);
                tried.add(contact + " (" + e.getMessage() + ")");
            }
        }
        return new Failure.ClusterUnreachable(
                tried.stream().collect(Collectors.joining(", ")), settings.connectTimeout());
    }
}
