package org.dfile.actors.slots;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.dfile.model.Ballot;
import org.dfile.model.FileName;
import org.dfile.protocol.peer.RecordEntry;
import org.dfile.protocol.peer.SlotPeerMessage.AskDigests;
import org.dfile.protocol.peer.SlotPeerMessage.AskPage;
import org.dfile.protocol.peer.SlotPeerMessage.Digest;
import org.dfile.protocol.peer.SlotPeerMessage.DigestMail;
import org.dfile.protocol.peer.SlotPeerMessage.PageMail;
import org.dfile.replication.SlotView;
import org.dfile.store.AmnesiacException;
import org.dfile.store.SlotDigest;
import org.dfile.store.SlotPage;

/**
 * Tells other hosts what this one holds of a slot. A host that has no vote on the slot tells nothing (I9). Pages that are
 * read at a time are bounded; what is beyond is not answered, and asked for again. Of the actor's thread.
 */
final class Pages {

    private static final int MAX_UNDER_WAY = 256;

    private final SlotsNode node;
    private final SlotsSettings settings;
    private final SlotDisk disk;
    private final SlotCores cores;
    private final Consumer<FileName> recordLost;
    private final Consumer<String> trouble;
    private int underWay;

    Pages(
            SlotsNode node,
            SlotsSettings settings,
            SlotDisk disk,
            SlotCores cores,
            Consumer<FileName> recordLost,
            Consumer<String> trouble) {
        this.node = node;
        this.settings = settings;
        this.disk = disk;
        this.cores = cores;
        this.recordLost = recordLost;
        this.trouble = trouble;
    }

    void onAskPage(AskPage ask) {
        if (cores.kept(ask.slot()) != null
                && mayTell(ask.ballot(), cores.view(ask.slot()))
                && underWay < MAX_UNDER_WAY) {
            underWay++;
            read(
                    ask,
                    page -> {
                        underWay--;
                        node.links().toSlots(ask.from(), page);
                    },
                    () -> underWay--);
        }
    }

    /** Who rejoins is told only what was on disk after the promise to it was (I10). */
    private static boolean mayTell(Optional<Ballot> ballot, SlotView view) {
        boolean promised = ballot.isEmpty()
                || view.promised()
                        .filter(own -> own.compareTo(ballot.get()) >= 0)
                        .isPresent();
        return view.votes() && promised;
    }

    /** Reads the own page that such a question is answered with. */
    void read(AskPage ask, Consumer<PageMail> then, Runnable failed) {
        disk.run(
                () -> node.store()
                        .page(ask.slot(), ask.after(), settings.repair().pageEntries()),
                page -> then.accept(mail(ask, page)),
                error -> {
                    failed.run();
                    if (error instanceof AmnesiacException amnesiac) {
                        recordLost.accept(amnesiac.name());
                    } else {
                        trouble.accept("reading records of slot " + ask.slot() + ": " + error);
                    }
                });
    }

    private PageMail mail(AskPage ask, SlotPage page) {
        List<RecordEntry> entries = page.entries().stream()
                .map(entry -> new RecordEntry(entry.name(), entry.committed(), entry.pending()))
                .toList();
        int fitting = PageMail.fitting(entries);
        return new PageMail(
                node.list(),
                node.self(),
                ask.slot(),
                ask.ballot(),
                ask.after(),
                entries.subList(0, fitting),
                page.more() || fitting < entries.size(),
                page.floor());
    }

    void onAskDigests(AskDigests ask) {
        disk.call(
                () -> {
                    List<Digest> digests = new ArrayList<>();
                    for (var slot : ask.slots()) {
                        if (node.store().slot(slot).complete()) {
                            SlotDigest digest = node.store().digest(slot);
                            digests.add(new Digest(slot, digest.records(), digest.sum()));
                        }
                    }
                    return digests;
                },
                digests -> node.links().toSlots(ask.from(), new DigestMail(node.list(), node.self(), digests)),
                error -> trouble.accept("reading digests: " + error));
    }
}
