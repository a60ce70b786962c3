package org.dfile.client.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.dfile.client.DFileException;
import org.dfile.client.ListPage;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileStatus;
import org.dfile.model.Host;
import org.dfile.model.HostList;
import org.dfile.model.Limits;
import org.dfile.model.Placement;
import org.dfile.model.Slot;
import org.dfile.protocol.ListReply;
import org.jspecify.annotations.Nullable;

/** Asks all hosts for their names and merges what they say: the highest version of a name wins, a tombstone hides it. */
final class Listing {

    /** What one host said; null if nothing. */
    private record Answer(
            Host host,
            ListReply.@Nullable Names names,
            @Nullable Throwable error) {}

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
        HostList list = questions.members().list();
        List<CompletableFuture<Answer>> answers = list.hosts().stream()
                .map(host -> questions
                        .names(host, prefix, after, Limits.LIST_PAGE_NAMES)
                        .handle((names, error) -> new Answer(host, names, error)))
                .toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> merge(
                        list, answers.stream().map(CompletableFuture::join).toList()));
    }

    private Merged merge(HostList list, List<Answer> answers) {
        List<Answer> missing =
                answers.stream().filter(answer -> answer.names() == null).toList();
        if (!partial && !complete(list, missing)) {
            throw incomplete(missing);
        }
        Map<FileName, ListReply.Name> newest = new TreeMap<>();
        Optional<FileName> end = Optional.empty();
        for (Answer answer : answers) {
            ListReply.Names names = answer.names();
            if (names == null) {
                continue;
            }
            names.names().forEach(name -> newest.merge(name.status().name(), name, Listing::newer));
            if (names.more() && !names.names().isEmpty()) {
                FileName last =
                        names.names().get(names.names().size() - 1).status().name();
                end = Optional.of(
                        end.filter(other -> other.compareTo(last) <= 0).orElse(last));
            }
        }
        return cut(newest, end, missing.stream().map(Answer::host).toList());
    }

    /** What lies behind the smallest last name of hosts that have more may lack names of theirs. */
    private static Merged cut(Map<FileName, ListReply.Name> newest, Optional<FileName> end, List<Host> missing) {
        List<FileStatus> files = new ArrayList<>();
        FileName last = null;
        boolean more = end.isPresent();
        for (ListReply.Name name : newest.values()) {
            FileName fileName = name.status().name();
            if (end.isPresent() && fileName.compareTo(end.get()) > 0) {
                break;
            }
            if (files.size() == Limits.LIST_PAGE_NAMES) {
                more = true;
                break;
            }
            if (name.exists()) {
                files.add(name.status());
            }
            last = fileName;
        }
        Optional<String> next = more ? Optional.ofNullable(last).map(FileName::toString) : Optional.empty();
        return new Merged(files, next, missing);
    }

    private static ListReply.Name newer(ListReply.Name one, ListReply.Name other) {
        return one.status().version().compareTo(other.status().version()) >= 0 ? one : other;
    }

    /** A page is complete if, of each slot, so many replicas answered that they meet every majority. */
    private static boolean complete(HostList list, List<Answer> missing) {
        if (missing.isEmpty()) {
            return true;
        }
        Set<Host> silent = missing.stream().map(Answer::host).collect(Collectors.toCollection(HashSet::new));
        int majority = list.replicas() / 2 + 1;
        Placement placement = new Placement(list);
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            List<Host> replicas = placement.replicasOf(new Slot(slot));
            long answered =
                    replicas.stream().filter(host -> !silent.contains(host)).count();
            if (answered < list.replicas() - majority + 1) {
                return false;
            }
        }
        return true;
    }

    private static DFileException incomplete(List<Answer> missing) {
        String hosts = missing.stream()
                .map(answer -> answer.host().id() + " (" + answer.host().address() + ")")
                .collect(Collectors.joining(", "));
        DFileException failure = new DFileException(new Failure.ListingIncomplete(hosts));
        missing.stream().map(Answer::error).filter(error -> error != null).forEach(failure::addSuppressed);
        return failure;
    }
}
