package org.dfile.manager.files;

import java.util.Optional;
import org.dfile.model.FileStatus;

/**
 * One level of a folder: its files, and the folders that the names below imply. Fed with the files of the folder in
 * order of their names, it finds each folder once, for the names of a folder stand together.
 */
final class FolderView {

    /** What one level shows; a file and a folder may have the same name, but for the {@code /}. */
    sealed interface Entry {

        /** The name as seen from the folder. */
        String relative();
    }

    record FileEntry(String relative, FileStatus status) implements Entry {}

    /** A folder; its relative name ends with {@code /}. */
    record FolderEntry(String relative) implements Entry {}

    /** No name comes behind this at the same place, but for names with the very last character of Unicode. */
    private static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    private final Folder folder;
    private String lastFolder = "";

    FolderView(Folder folder) {
        this.folder = folder;
    }

    /** Returns what the next file adds to the level: itself, its folder, or nothing if its folder is known. */
    Optional<Entry> next(FileStatus file) {
        String relative = folder.relative(file.name());
        int slash = relative.indexOf('/');
        if (slash < 0) {
            return Optional.of(new FileEntry(relative, file));
        }
        String child = relative.substring(0, slash + 1);
        if (child.equals(lastFolder)) {
            return Optional.empty();
        }
        lastFolder = child;
        return Optional.of(new FolderEntry(child));
    }

    /**
     * Returns from where a listing that stopped after {@code after} may go on, so that the rest of a folder that is
     * already found need not be listed.
     */
    String skip(String after) {
        String known = folder.prefix() + lastFolder;
        boolean inside = !lastFolder.isEmpty() && after.startsWith(known) && !after.startsWith(known + LAST);
        return inside ? known + LAST : after;
    }
}
