package org.dfile.manager.console;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line for each thing that is worked on at the same time. On a terminal every line shows its latest state, in place;
 * elsewhere each is printed once, when it is final. Safe for use by many threads.
 */
public final class LiveLines {

    private static final String LINE_UP = "\u001b[1A";
    private static final String CLEAR_LINE = "\u001b[2K\r";

    private final Shell shell;
    private final Map<String, String> lines = new LinkedHashMap<>();
    private boolean shown;

    /** Lines with these names, in this order. */
    public LiveLines(Shell shell, Iterable<String> names) {
        this.shell = shell;
        names.forEach(name -> lines.put(name, ""));
    }

    /** Shows what is being done. */
    public void working(String name, String text) {
        underWay(name, text + " ...");
    }

    /** Shows how far something is. */
    public synchronized void underWay(String name, String text) {
        if (shell.outIsTerminal()) {
            lines.put(name, text);
            redraw();
        }
    }

    /** Shows how it ended. */
    public synchronized void ended(String name, String text) {
        lines.put(name, text);
        if (shell.outIsTerminal()) {
            redraw();
        } else {
            shell.out().println(line(name));
        }
    }

    private void redraw() {
        StringBuilder screen = new StringBuilder();
        if (shown) {
            screen.append(LINE_UP.repeat(lines.size()));
        }
        lines.keySet()
                .forEach(name -> screen.append(CLEAR_LINE).append(line(name)).append('\n'));
        shell.out().print(screen);
        shell.out().flush();
        shown = true;
    }

    private String line(String name) {
        int width = lines.keySet().stream().mapToInt(String::length).reduce(0, Math::max);
        return String.format("%-" + Math.max(1, width) + "s  %s", name, lines.get(name));
    }
}
