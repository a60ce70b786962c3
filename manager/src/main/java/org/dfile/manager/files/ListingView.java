package org.dfile.manager.files;

import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.dfile.manager.console.Json;
import org.dfile.model.FileStatus;
import org.jspecify.annotations.Nullable;

/** How {@code ls} shows files and folders: names, a long form, or JSON. */
final class ListingView {

    private static final DateTimeFormatter LOCAL_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final String LONG_FORMAT = "%14s  %-19s  %s%n";

    /** One line as JSON; a folder has a name that ends with {@code /}, and nothing else. */
    record Row(
            String name,
            boolean folder,
            @Nullable Long size,
            @Nullable String version,
            @Nullable String created,
            @Nullable String modified) {

        static Row file(FileStatus status) {
            return new Row(
                    status.name().toString(),
                    false,
                    status.length(),
                    status.version().toString(),
                    iso(status.created()),
                    iso(status.modified()));
        }

        static Row folder(String name) {
            return new Row(name, true, null, null, null, null);
        }
    }

    private final PrintStream out;
    private final boolean terminal;
    private final boolean longForm;
    private final boolean json;
    private final List<Row> rows = new ArrayList<>();

    ListingView(PrintStream out, boolean terminal, boolean longForm, boolean json) {
        this.out = out;
        this.terminal = terminal;
        this.longForm = longForm;
        this.json = json;
    }

    /** @param shownName the name as seen from where the user looks */
    void file(String shownName, FileStatus status) {
        if (json) {
            rows.add(Row.file(status));
        } else if (longForm) {
            out.printf(LONG_FORMAT, status.length(), localTime(status.modified()), printable(shownName));
        } else {
            out.println(printable(shownName));
        }
    }

    /** @param name the folder's full name, with a {@code /} at its end */
    void folder(String shownName, String name) {
        if (json) {
            rows.add(Row.folder(name));
        } else if (longForm) {
            out.printf(LONG_FORMAT, "-", "-", printable(shownName));
        } else {
            out.println(printable(shownName));
        }
    }

    /** Prints what could not be printed before the end. */
    void end() {
        if (json) {
            Json.print(out, rows);
        }
    }

    /** A name may hold what moves the cursor of a terminal. */
    private String printable(String name) {
        return terminal ? name.replaceAll("\\p{Cntrl}", "?") : name;
    }

    static String localTime(Instant time) {
        return LOCAL_TIME.format(time.atZone(ZoneId.systemDefault()));
    }

    static String iso(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
