package io.rangefinder.capture.hooks;

import io.rangefinder.capture.observers.Clamp;
import io.rangefinder.capture.observers.Column;
import io.rangefinder.capture.observers.Observer;
import io.rangefinder.capture.observers.Observers;
import io.rangefinder.capture.observers.RowObserver;
import io.rangefinder.capture.observers.Tally;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A row of the table: the columns of one observer after the other, then how often the tensor had no
 * range as it held integers. Immutable.
 */
final class RowLayout {

    private static final Column INTEGERS = Column.count("integers");

    private final List<RowObserver> observers;
    private final List<Column> columns = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>();

    RowLayout(Observers all) {
        observers = all.rows();
        for (Observer observer : observers) {
            starts.add(columns.size());
            columns.addAll(observer.columns());
        }
        columns.add(INTEGERS);
    }

    int width() {
        return columns.size();
    }

    List<Column> columns() {
        return columns;
    }

    List<RowObserver> observers() {
        return observers;
    }

    /** Where an observer's columns begin. */
    int start(int observer) {
        return starts.get(observer);
    }

    /** Where the number of tensors of integers is. */
    int integers() {
        return columns.size() - 1;
    }

    /** A row that saw nothing, in TorchScript. */
    String empty() {
        return columns.stream()
                .map(c -> number(c.kind().neutral()))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String number(double x) {
        return Double.isInfinite(x) ? (x > 0 ? "inf" : "-inf") : "0.";
    }

    boolean follow(Clamp clamp) {
        return observers.stream().allMatch(o -> o.follows(clamp));
    }

    /** A table of rows, as the model gives it. */
    Tally table(double[] numbers) {
        return Tally.ofTable(columns, numbers);
    }

    /** The statistics of a row, or empty if it saw integers only. */
    Optional<TensorStatistics> read(Tally table, int row, Clamp clamp) {
        List<Tally> seen = new ArrayList<>();
        Map<String, Tally> others = new HashMap<>();
        for (int o = 0; o < observers.size(); o++) {
            RowObserver observer = observers.get(o);
            int start = start(o);
            Tally own = table.part(start, start + observer.columns().size(), row, row + 1);
            seen.add(observer.clamp(own, clamp));
            if (o > 0) {
                others.put(observer.name(), seen.get(o));
            }
        }
        TensorStatistics statistics = new TensorStatistics(seen.get(0), others);
        long integers = table.part(integers(), width(), row, row + 1).count(INTEGERS.name());
        return statistics.count() == 0 && integers > 0 ? Optional.empty() : Optional.of(statistics);
    }
}
