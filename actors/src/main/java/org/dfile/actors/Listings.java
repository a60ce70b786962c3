package org.dfile.actors;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.model.Failure;
import org.dfile.model.HostId;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.ListRequest;
import org.dfile.store.FileStore;
import org.dfile.store.ListResult;
import org.dfile.store.PoisonedException;
import org.dfile.store.StoreException;

/** Answers listings, each as one task on the disk threads, a bounded number at a time. */
final class Listings {

    /** About what an entry takes as a message, besides its name. */
    private static final int ENTRY_BYTES = 160;

    private final FileServerSettings settings;
    private final HostId self;
    private final FileStore store;
    private final Executor io;
    private final ActorRef<FileServerMessage> server;
    private final AtomicInteger underWay = new AtomicInteger();

    Listings(
            FileServerSettings settings,
            HostId self,
            FileStore store,
            Executor io,
            ActorRef<FileServerMessage> server) {
        this.settings = settings;
        this.self = self;
        this.store = store;
        this.io = io;
        this.server = server;
    }

    void start(ListRequest request) {
        if (underWay.incrementAndGet() > settings.maxListings()) {
            underWay.decrementAndGet();
            request.replyTo()
                    .tell(new ListReply.ListFailed(
                            request.id(), new Failure.Busy("listings of host " + self, settings.maxListings())));
            return;
        }
        io.execute(() -> {
            try {
                request.replyTo().tell(reply(request));
            } finally {
                underWay.decrementAndGet();
            }
        });
    }

    private ListReply reply(ListRequest request) {
        try {
            return page(request.id(), store.list(request.prefix(), request.after(), request.limit()));
        } catch (StoreException | RuntimeException e) {
            String detail = StoreFailures.detail(e);
            server.tell(
                    e instanceof PoisonedException
                            ? new FileServerMessage.VolumePoisoned(detail)
                            : new FileServerMessage.Trouble("listing: " + detail));
            return new ListReply.ListFailed(
                    request.id(),
                    StoreFailures.isDamage(e)
                            ? new Failure.RecordsDamaged(self, detail)
                            : new Failure.StorageFailed(self, detail));
        }
    }

    /** A page may end before the limit, with more to come, so that it fits in one frame of the transport. */
    private ListReply page(long id, ListResult result) {
        List<ListReply.Name> names = new ArrayList<>();
        long byteCount = 0;
        for (ListResult.Entry entry : result.entries()) {
            byteCount += ENTRY_BYTES + entry.status().name().byteCount();
            if (byteCount > settings.maxListPageBytes() && !names.isEmpty()) {
                return new ListReply.Names(id, names, true, result.incomplete());
            }
            names.add(new ListReply.Name(entry.status(), entry.exists(), entry.pending()));
        }
        return new ListReply.Names(id, names, result.more(), result.incomplete());
    }
}
