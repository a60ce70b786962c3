package org.dfile.client;

import java.util.List;
import java.util.Optional;
import org.dfile.model.FileStatus;
import org.dfile.model.Host;

/**
 * A part of a listing, in the order of the names' UTF-8 bytes. Each file is as it was at some moment while the page was
 * made; the page is no snapshot.
 *
 * @param files at most {@link org.dfile.model.Limits#LIST_PAGE_NAMES}
 * @param next what to pass as {@code after} for the next page; empty on the last page
 * @param missing hosts that did not answer, of which files may therefore not be here; empty if the other replicas of all
 *     files answered, and unless partial pages were asked for
 */
public record ListPage(List<FileStatus> files, Optional<String> next, List<Host> missing) {

    public ListPage {
        files = List.copyOf(files);
        missing = List.copyOf(missing);
    }
}
