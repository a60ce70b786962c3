package org.dfile.manager.files;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.dfile.client.DFileSystem;
import org.dfile.client.ListPage;
import org.dfile.model.FileStatus;
import org.dfile.model.Host;
import org.dfile.model.HostId;

/** All files of a folder in order, page by page to the last. */
final class Listing {

    private final DFileSystem files;
    private final boolean partial;
    private final TreeMap<HostId, Host> missing = new TreeMap<>();

    /** @param partial whether to go on when hosts do not answer; they are then {@link #missing} */
    Listing(DFileSystem files, boolean partial) {
        this.files = files;
        this.partial = partial;
    }

    void forEach(Folder folder, Consumer<FileStatus> visitor) throws InterruptedException {
        forEach(folder, visitor, after -> after);
    }

    /** @param skip is asked between two pages from where to go on */
    void forEach(Folder folder, Consumer<FileStatus> visitor, UnaryOperator<String> skip) throws InterruptedException {
        Optional<String> after = Optional.of("");
        while (after.isPresent()) {
            ListPage page = page(folder, after.get());
            page.files().forEach(visitor);
            page.missing().forEach(host -> missing.put(host.id(), host));
            after = page.next().map(skip);
        }
    }

    List<FileStatus> all(Folder folder) throws InterruptedException {
        List<FileStatus> all = new ArrayList<>();
        forEach(folder, all::add);
        return all;
    }

    private ListPage page(Folder folder, String after) throws InterruptedException {
        return FileCommand.await(
                partial ? files.listPartial(folder.prefix(), after) : files.list(folder.prefix(), after));
    }

    /** Hosts that did not answer, so that their files may be missing. */
    List<Host> missing() {
        return List.copyOf(missing.values());
    }
}
