package org.dfile.manager.console;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table of text: columns as wide as their widest cell; columns that hold numbers stand to the right. */
public final class Table {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... headers) {
        rows.add(List.of(headers));
    }

    /** Adds a row with one cell for each column; {@code null} is not a cell, an absent value is {@code "-"}. */
    public Table row(Object... cells) {
        if (cells.length != rows.get(0).size()) {
            throw new IllegalArgumentException(
                    cells.length + " cells for " + rows.get(0).size() + " columns");
        }
        rows.add(IntStream.range(0, cells.length)
                .mapToObj(column -> String.valueOf(cells[column]))
                .toList());
        return this;
    }

    public void print(PrintStream out) {
        int columns = rows.get(0).size();
        List<String> formats = IntStream.range(0, columns)
                .mapToObj(column -> "%" + (isNumeric(column) ? "" : "-") + width(column) + "s")
                .toList();
        for (List<String> row : rows) {
            out.println(IntStream.range(0, columns)
                    .mapToObj(column -> String.format(formats.get(column), row.get(column)))
                    .collect(Collectors.joining(GAP))
                    .stripTrailing());
        }
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).reduce(1, Math::max);
    }

    private boolean isNumeric(int column) {
        return rows.size() > 1
                && rows.stream()
                        .skip(1)
                        .map(row -> row.get(column))
                        .allMatch(cell -> cell.matches("-|[0-9.]+( [kMGT]?i?B)?"));
    }
}
