package org.dfile.client.internal;

import java.util.concurrent.TimeUnit;
import org.dfile.model.FileName;
import org.dfile.model.Host;
import org.dfile.protocol.WireMessage;

/** Asks a host that was silent whether it is there again; what it answers does not matter. */
final class Probe implements Exchange.Asker {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Exchange exchange;
    private final long end;
    private volatile long id;

    private Probe(Exchange exchange, long now) {
        this.exchange = exchange;
        this.end = now + PATIENCE_NANOS;
    }

    static void send(Exchange exchange, Host to, FileName name, long now) {
        Probe probe = new Probe(exchange, now);
        probe.id = exchange.sendAgain(probe, to, new Call.Stat(name));
    }

    @Override
    public void onReply(long answered, WireMessage reply) {
        exchange.forget(answered);
    }

    @Override
    public void onTick(long now) {
        if (now - end >= 0) {
            exchange.forget(id);
        }
    }

    @Override
    public void onClose() {
        // nobody waits for it
    }
}
