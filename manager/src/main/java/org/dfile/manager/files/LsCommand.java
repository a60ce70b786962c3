package org.dfile.manager.files;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.dfile.client.DFileException;
import org.dfile.client.DFileSystem;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Shell;
import org.dfile.manager.files.FolderView.FileEntry;
import org.dfile.manager.files.FolderView.FolderEntry;
import org.dfile.model.Failure;
import org.dfile.model.FileStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dfile ls}: shows what is in a folder. */
@Command(
        name = "ls",
        description = "Shows the files and folders in a folder. Folders end with /; they are implied by names.",
        footer = {
            "",
            "Without NAME it shows the top. A NAME that is a file is shown itself; NAME/ means the folder of that name.",
        })
final class LsCommand extends FileCommand {

    @Parameters(arity = "0..1", paramLabel = "NAME", defaultValue = "", description = "Name of a folder or file.")
    private String target = "";

    @Option(names = "-l", description = "Shows size in bytes and time of the last change, too.")
    private boolean longForm;

    @Option(
            names = {"-r", "--recursive"},
            description = "Shows all files below, with their full names.")
    private boolean recursive;

    @Option(names = "--partial", description = "Shows what there is although hosts do not answer, and names them.")
    private boolean partial;

    @Option(names = "--json", description = "Prints an array of objects.")
    private boolean json;

    private boolean found;

    LsCommand(Shell shell, ClusterAccess cluster) {
        super(shell, cluster);
    }

    @Override
    void check() {
        folder(target);
    }

    @Override
    int run(DFileSystem files) throws InterruptedException {
        Folder folder = folder(target);
        Listing listing = new Listing(files, partial);
        ListingView view = new ListingView(shell.out(), shell.outIsTerminal(), longForm, json);
        Optional<FileStatus> itself = target.isEmpty() || target.endsWith("/") ? Optional.empty() : stat(files, target);
        itself.ifPresent(status -> show(view, status));
        if (recursive) {
            listing.forEach(folder, status -> show(view, status));
        } else if (itself.isPresent()) {
            showFolderItself(files, view, folder);
        } else {
            showLevel(listing, view, folder);
        }
        if (!found && !folder.equals(Folder.TOP) && listing.missing().isEmpty()) {
            throw failure(target.endsWith("/") ? "no such folder: " + target : "no such file or folder: " + target);
        }
        view.end();
        return tellMissing(listing);
    }

    private void show(ListingView view, FileStatus status) {
        found = true;
        view.file(status.name().toString(), status);
    }

    private void showLevel(Listing listing, ListingView view, Folder folder) throws InterruptedException {
        FolderView level = new FolderView(folder);
        listing.forEach(
                folder, status -> level.next(status).ifPresent(entry -> show(view, folder, entry)), level::skip);
    }

    private void show(ListingView view, Folder folder, FolderView.Entry entry) {
        found = true;
        if (entry instanceof FileEntry file) {
            view.file(file.relative(), file.status());
        } else if (entry instanceof FolderEntry child) {
            view.folder(child.relative(), folder.prefix() + child.relative());
        }
    }

    /** A file and a folder may have the same name: then the folder is shown beside the file, not opened. */
    private void showFolderItself(DFileSystem files, ListingView view, Folder folder) throws InterruptedException {
        var page = await(partial ? files.listPartial(folder.prefix(), "") : files.list(folder.prefix(), ""));
        if (!page.files().isEmpty()) {
            view.folder(folder.prefix(), folder.prefix());
        }
    }

    private Optional<FileStatus> stat(DFileSystem files, String name) throws InterruptedException {
        try {
            return Optional.of(files.stat(name).toCompletableFuture().get());
        } catch (ExecutionException e) {
            Optional<Failure> failure = DFileException.failureOf(e);
            if (failure.isPresent() && (failure.get() instanceof Failure.NoSuchFile || partial)) {
                return Optional.empty();
            }
            throw failed(e);
        }
    }

    private int tellMissing(Listing listing) {
        if (listing.missing().isEmpty()) {
            return ExitCodes.OK;
        }
        complain(
                "the listing is not complete, no answer from",
                listing.missing().stream()
                        .map(host -> host.id() + " (" + host.address() + ")")
                        .collect(Collectors.joining(", ")));
        return ExitCodes.PARTIAL;
    }
}
