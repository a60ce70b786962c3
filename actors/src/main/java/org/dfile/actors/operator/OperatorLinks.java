package org.dfile.actors.operator;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.dfile.actors.hosts.CurrentHostList;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.protocol.NodePaths;
import org.dfile.protocol.OperatorReply;
import org.dfile.protocol.OperatorRequest;

/** Asks the operator desks of other hosts. */
public final class OperatorLinks {

    private final ActorSystem<?> system;
    private final CurrentHostList list;
    private final Duration timeout;

    public OperatorLinks(ActorSystem<?> system, CurrentHostList list, OperatorSettings settings) {
        this.system = system;
        this.list = list;
        this.timeout = settings.peerTimeout();
    }

    /** Completes with the list that a host has, or fails within the time that peers are given. */
    public CompletionStage<HostList> hostListOf(HostId host) {
        return list.list()
                .host(host)
                .map(Host::address)
                .map(this::ask)
                .orElseGet(() -> CompletableFuture.failedFuture(
                        new IllegalArgumentException("host " + host + " is not in host list " + list.id())));
    }

    private CompletionStage<HostList> ask(HostAddress address) {
        ActorRef<OperatorRequest> operator = ActorRefResolver.get(system)
                .resolveActorRef("pekko://" + NodePaths.NODE_SYSTEM + "@" + address + "/user/" + NodePaths.OPERATOR);
        return AskPattern.<OperatorRequest, OperatorReply>ask(
                        operator, OperatorRequest.GetHostList::new, timeout, system.scheduler())
                .thenApply(OperatorLinks::listOf);
    }

    private static HostList listOf(OperatorReply reply) {
        if (reply instanceof OperatorReply.Current current) {
            return current.list();
        }
        throw new IllegalStateException("answered " + reply);
    }
}
