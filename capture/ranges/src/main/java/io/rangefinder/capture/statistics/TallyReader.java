package io.rangefinder.capture.statistics;

import io.rangefinder.capture.observers.Column;
import io.rangefinder.capture.observers.MinMaxObserver;
import io.rangefinder.capture.observers.Observers;
import io.rangefinder.capture.observers.Tally;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads what observers saw of each tensor, by the columns that the file itself names. */
final class TallyReader {

    /** The most that a file may hold: thousands of numbers of each of thousands of tensors. */
    private static final int MAX_NUMBERS = 1 << 23;

    private static final List<Column> MIN_MAX = new MinMaxObserver().columns();

    private final StrictJson json;
    private final SortedMap<String, List<Column>> columns = new TreeMap<>();
    private int numbers;

    TallyReader(StrictJson json) {
        this.json = json;
    }

    /** The columns of the file's observers, the standard ones left out. */
    SortedMap<String, List<Column>> columns() {
        return columns;
    }

    void observers() throws IOException {
        json.object(
                name -> {
                    if (Observers.STANDARD.names().contains(name) || isMinMax(name)) {
                        throw json.wrong(
                                StrictJson.quote(name)
                                        + " cannot be the name of an observer; rename it");
                    }
                    List<Column> own = new ArrayList<>();
                    json.object(column -> own.add(new Column(column, kind())));
                    if (own.isEmpty()) {
                        throw json.wrong("the observer has no columns; write it anew");
                    }
                    columns.put(name, own);
                });
    }

    private Column.Kind kind() throws IOException {
        String word = json.text();
        Optional<Column.Kind> kind = Column.Kind.of(word);
        if (kind.isEmpty()) {
            throw json.unknown(word);
        }
        return kind.get();
    }

    private static boolean isMinMax(String key) {
        return MIN_MAX.stream().anyMatch(c -> c.name().equals(key));
    }

    TensorStatistics tensor() throws IOException {
        Map<String, List<Number>> minMax = new HashMap<>();
        Map<String, Tally> others = new TreeMap<>();
        json.object(
                key -> {
                    if (isMinMax(key)) {
                        minMax.put(key, List.of(number(column(MIN_MAX, key).kind())));
                    } else if (columns.containsKey(key)) {
                        others.put(key, tally(columns.get(key)));
                    } else {
                        throw json.unknown(key);
                    }
                });
        json.require(minMax.keySet(), MinMaxObserver.COUNT);
        try {
            return new TensorStatistics(tally(MIN_MAX, minMax), others);
        } catch (IllegalArgumentException e) {
            throw json.wrong("the numbers do not agree: " + e.getMessage());
        }
    }

    private Column column(List<Column> own, String key) throws InvalidStatisticsException {
        return own.stream()
                .filter(c -> c.name().equals(key))
                .findFirst()
                .orElseThrow(() -> json.unknown(key));
    }

    private Tally tally(List<Column> own) throws IOException {
        Map<String, List<Number>> read = new HashMap<>();
        json.object(key -> read.put(key, numbers(column(own, key))));
        json.require(read.keySet(), own.get(0).name());
        try {
            return tally(own, read);
        } catch (IllegalArgumentException e) {
            throw json.wrong("the numbers do not agree: " + e.getMessage());
        }
    }

    private static Tally tally(List<Column> columns, Map<String, List<Number>> read) {
        int width = read.get(columns.get(0).name()).size();
        Tally.Builder tally = Tally.builder(columns, width);
        for (Column column : columns) {
            if (read.containsKey(column.name())) {
                tally.put(column.name(), read.get(column.name()));
            }
        }
        return tally.build();
    }

    private List<Number> numbers(Column column) throws IOException {
        List<Number> read = new ArrayList<>();
        boolean extreme =
                column.kind() == Column.Kind.LEAST || column.kind() == Column.Kind.GREATEST;
        json.listOrElement(
                () -> {
                    if (++numbers > MAX_NUMBERS) {
                        throw json.wrong(
                                "there are more than "
                                        + MAX_NUMBERS
                                        + " numbers; is it the right file?");
                    }
                    boolean nothing = extreme && json.isNull();
                    read.add(nothing ? column.kind().neutral() : number(column.kind()));
                });
        return read;
    }

    private Number number(Column.Kind kind) throws IOException {
        return switch (kind) {
            case COUNT -> (Number) json.count();
            case SUM -> json.exact();
            case LEAST, GREATEST -> (Number) json.number();
        };
    }
}
