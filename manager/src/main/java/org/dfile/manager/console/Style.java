package org.dfile.manager.console;

import picocli.CommandLine.Help.Ansi;

/** Colours a text for one shell; leaves it as it is where colours are not wanted. */
public record Style(boolean colours) {

    public static Style of(Shell shell) {
        return new Style(shell.colours());
    }

    public String good(String text) {
        return paint("fg(green)", text);
    }

    public String bad(String text) {
        return paint("fg(red)", text);
    }

    public String warning(String text) {
        return paint("fg(yellow)", text);
    }

    public String strong(String text) {
        return paint("bold", text);
    }

    private String paint(String style, String text) {
        if (!colours) {
            return text;
        }
        Ansi.IStyle[] styles = Ansi.Style.parse(style);
        return Ansi.Style.on(styles) + text + Ansi.Style.off(styles);
    }
}
