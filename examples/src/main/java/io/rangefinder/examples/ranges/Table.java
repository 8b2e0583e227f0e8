package io.rangefinder.examples.ranges;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Text in columns: the first to the left, the others, numbers, to the right. */
final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... heads) {
        rows.add(Arrays.asList(heads));
    }

    void add(String name, List<String> numbers) {
        List<String> row = new ArrayList<>();
        row.add(name);
        row.addAll(numbers);
        rows.add(row);
    }

    void print(PrintWriter out) {
        int[] width = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < width.length; i++) {
                width[i] = Math.max(width[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(row.get(0));
            line.append(" ".repeat(width[0] - row.get(0).length()));
            for (int i = 1; i < width.length; i++) {
                line.append("  ").append(" ".repeat(width[i] - row.get(i).length()));
                line.append(row.get(i));
            }
            out.println(line);
        }
    }
}
