package org.dfile.client.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.dfile.client.DFileException;
import org.dfile.client.ListPage;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileStatus;
import org.dfile.model.Host;
import org.dfile.model.Limits;
import org.dfile.model.ReservedNames;
import org.dfile.protocol.ListReply;

/**
 * Asks all hosts for their names and merges what they say: the highest version of a name wins, a tombstone hides it; a name
 * whose creation or deletion is under way at one of them is asked for by itself.
 */
final class Listing {

    private static final int STATS_AT_A_TIME = 16;

    /** What all hosts said of a name. */
    private record Found(FileStatus status, boolean exists, boolean pending) {

        static Found of(ListReply.Name name) {
            return new Found(name.status(), name.exists(), name.pending());
        }

        Found and(Found other) {
            Found newer = status.version().compareTo(other.status.version()) >= 0 ? this : other;
            return new Found(newer.status, newer.exists, pending || other.pending);
        }
    }

    /** A merged page before empty ones are skipped. */
    private record Merged(List<FileStatus> files, Optional<String> next, List<Host> missing) {}

    private final Questions questions;
    private final String prefix;
    private final boolean partial;

    Listing(Questions questions, String prefix, boolean partial) {
        this.questions = questions;
        this.prefix = prefix;
        this.partial = partial;
    }

    /** Returns the first page after a name that is not empty, or the last one. */
    CompletableFuture<ListPage> page(String after) {
        String[] from = {after};
        ListPage[] page = {new ListPage(List.of(), Optional.empty(), List.of())};
        return Loop.whileTrue(() -> onePage(from[0]).thenApply(merged -> {
                    page[0] = new ListPage(merged.files(), merged.next(), merged.missing());
                    merged.next().ifPresent(next -> from[0] = next);
                    return merged.files().isEmpty() && merged.next().isPresent();
                }))
                .thenApply(end -> page[0]);
    }

    private CompletableFuture<Merged> onePage(String after) {
        return ListingRound.ask(questions, partial, prefix, after, Limits.LIST_PAGE_NAMES)
                .thenCompose(this::merge);
    }

    private CompletableFuture<Merged> merge(ListingRound.Result round) {
        if (!partial && !round.complete()) {
            return CompletableFuture.failedFuture(incomplete(round.missing()));
        }
        Map<FileName, Found> newest = new TreeMap<>();
        Optional<FileName> end = Optional.empty();
        for (ListReply.Names names : round.answers().values()) {
            names.names().forEach(name -> newest.merge(name.status().name(), Found.of(name), Found::and));
            if (names.more() && !names.names().isEmpty()) {
                FileName last =
                        names.names().get(names.names().size() - 1).status().name();
                end = Optional.of(
                        end.filter(other -> other.compareTo(last) <= 0).orElse(last));
            }
        }
        List<Host> missing =
                round.complete() ? List.of() : List.copyOf(round.missing().keySet());
        return cut(newest, end, missing);
    }

    /** What lies behind the smallest last name of hosts that have more may lack names of theirs. */
    private CompletableFuture<Merged> cut(Map<FileName, Found> newest, Optional<FileName> end, List<Host> missing) {
        List<Found> page = new ArrayList<>();
        FileName last = null;
        boolean more = end.isPresent();
        for (Found name : newest.values()) {
            FileName fileName = name.status().name();
            if (end.isPresent() && fileName.compareTo(end.get()) > 0) {
                break;
            }
            if (page.size() == Limits.LIST_PAGE_NAMES) {
                more = true;
                break;
            }
            if ((name.exists() || name.pending()) && isShown(fileName)) {
                page.add(name);
            }
            last = fileName;
        }
        Optional<String> next = more ? Optional.ofNullable(last).map(FileName::toString) : Optional.empty();
        return resolve(page).thenApply(files -> new Merged(files, next, missing));
    }

    /** The cluster's own files are shown to those who ask for their folder. */
    private boolean isShown(FileName name) {
        return ReservedNames.areListed(prefix) || !ReservedNames.isReserved(name);
    }

    // -- names whose creation or deletion is under way

    /** Asks for those that only their coordinator can tell, a few at a time. */
    private CompletableFuture<List<FileStatus>> resolve(List<Found> page) {
        List<Optional<FileStatus>> files = new ArrayList<>(Collections.nCopies(page.size(), Optional.empty()));
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < page.size(); i++) {
            if (page.get(i).pending()) {
                open.add(i);
            } else {
                files.set(i, Optional.of(page.get(i).status()));
            }
        }
        int[] done = {0};
        return Loop.whileTrue(() -> {
                    List<Integer> some = open.subList(done[0], Math.min(open.size(), done[0] + STATS_AT_A_TIME));
                    done[0] += some.size();
                    List<CompletableFuture<Void>> asked = some.stream()
                            .map(i -> resolve(page.get(i)).thenAccept(status -> files.set(i, status)))
                            .toList();
                    return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                            .thenApply(all -> done[0] < open.size());
                })
                .thenApply(all -> files.stream().flatMap(Optional::stream).toList());
    }

    private CompletableFuture<Optional<FileStatus>> resolve(Found name) {
        return questions.stat(name.status().name()).thenApply(Optional::of).exceptionallyCompose(error -> {
            boolean none = DFileException.failureOf(error).orElse(null) instanceof Failure.NoSuchFile;
            if (none || partial) {
                return CompletableFuture.completedFuture(
                        none || !name.exists() ? Optional.empty() : Optional.of(name.status()));
            }
            return CompletableFuture.failedFuture(error);
        });
    }

    private static DFileException incomplete(Map<Host, Throwable> missing) {
        String hosts = missing.keySet().stream()
                .map(host -> host.id() + " (" + host.address() + ")")
                .collect(Collectors.joining(", "));
        DFileException failure = new DFileException(new Failure.ListingIncomplete(hosts));
        missing.values().forEach(failure::addSuppressed);
        return failure;
    }
}
