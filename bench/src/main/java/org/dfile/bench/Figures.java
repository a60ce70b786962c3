package org.dfile.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects the values of several rounds under their names, and prints medians, ranges and ratios of medians. */
final class Figures {

    private final Map<String, List<Double>> values = new LinkedHashMap<>();
    private final PrintStream out;

    Figures(PrintStream out) {
        this.out = out;
    }

    void add(String name, double value) {
        values.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
        out.printf(Locale.ROOT, "    %-52s %,14.1f%n", name, value);
    }

    double median(String name) {
        List<Double> sorted =
                values.getOrDefault(name, List.of()).stream().sorted().toList();
        if (sorted.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured under " + name);
        }
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    void printMedian(String name, String unit) {
        List<Double> all = values.getOrDefault(name, List.of());
        out.printf(
                Locale.ROOT,
                "%-56s %,12.1f %s  [%d runs: %,.1f to %,.1f]%n",
                name,
                median(name),
                unit,
                all.size(),
                all.stream().mapToDouble(Double::doubleValue).min().orElse(0),
                all.stream().mapToDouble(Double::doubleValue).max().orElse(0));
    }

    /** The median of the ratios round by round, which holds when the machine's speed drifts between rounds. */
    void printRatio(String name, String limit, double aim) {
        List<Double> a = values.getOrDefault(name, List.of());
        List<Double> b = values.getOrDefault(limit, List.of());
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < Math.min(a.size(), b.size()); round++) {
            ratios.add(a.get(round) / b.get(round));
        }
        ratios.sort(Double::compare);
        double median = ratios.get(ratios.size() / 2);
        out.printf(Locale.ROOT, "%-56s %12.2f of \"%s\" (aim %.2f)%n", name, median, limit, aim);
    }
}
