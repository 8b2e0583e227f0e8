package io.rangefinder.capture.hooks;

import io.rangefinder.capture.observers.Clamp;
import io.rangefinder.capture.observers.Observers;
import io.rangefinder.capture.observers.Tally;
import io.rangefinder.capture.observers.TensorObserver;
import io.rangefinder.capture.source.HookPoint;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The outcome of putting hooks into a program. Immutable.
 *
 * @param code the code files that changed or are new, by qualifier, for {@code
 *     TorchScriptArchive.copyWithCode}
 * @param methods for each method of the model, its copy with hooks
 * @param unobserved what could not be hooked and why, one sentence each, for a log
 * @param casts whether it may cast by itself ({@code autocast}), which PyTorch does while it
 *     optimizes a graph
 * @param observers who looks at its tensors
 */
public record HookedProgram(
        Map<String, String> code,
        Map<String, HookedMethod> methods,
        List<String> unobserved,
        boolean casts,
        Observers observers) {

    /** Before the keys of the dict that a hooked method returns. */
    static final String KEY = "rangefinder:";

    /** Before the name of a tensor whose row is in the dict. */
    static final String ROW_KEY = KEY + "s:";

    /** Before the name of an observer, a colon, and the name of a tensor that it looked at. */
    static final String OBSERVER_KEY = KEY + "o:";

    /** Before the number and the name of a whole tensor in the dict. */
    public static final String TENSOR_KEY = KEY + "t:";

    /**
     * A method with hooks. It returns {@code (what the original returns, dict, table)}: the table
     * is float64, of as many rows as there are, each with the numbers of all {@link
     * io.rangefinder.capture.observers.RowObserver}s; the dict holds such rows for tensors whose
     * number is known only when it runs, what {@link
     * io.rangefinder.capture.observers.TensorObserver}s saw, and whole tensors under {@link
     * #TENSOR_KEY}{@code number:name}.
     *
     * @param name the copy's name
     * @param withoutHooks the method that takes what the copy takes, without hooks; empty if that
     *     is the original
     * @param rows the rows of its table
     * @param points the points that its table tells of, in execution order
     * @param readings where the table tells of them
     */
    public record HookedMethod(
            String name,
            Optional<String> withoutHooks,
            int rows,
            List<HookPoint> points,
            List<Reading> readings) {}

    /**
     * Where the statistics of a point are found.
     *
     * @param name the point's name
     * @param row the row of the table
     * @param clamp what lies between the tensor of that row and the point
     */
    record Reading(String name, int row, Clamp clamp) {}

    /**
     * What a key of the dict tells.
     *
     * @param name the tensor's name
     * @param observer the observer whose numbers these are; empty for a row of the table
     */
    public record Key(String name, Optional<TensorObserver> observer) {}

    /**
     * A table of one of the methods. Those of one method merge.
     *
     * @param method the method
     * @param numbers the table that it returned
     * @return what was seen
     * @throws IllegalArgumentException if the table has another size, or a number does not fit its
     *     column
     */
    public Tally table(HookedMethod method, double[] numbers) {
        RowLayout layout = new RowLayout(observers);
        if (numbers.length != method.rows() * layout.width()) {
            throw new IllegalArgumentException(
                    "expected "
                            + method.rows() * layout.width()
                            + " numbers but got "
                            + numbers.length);
        }
        return layout.table(numbers);
    }

    /**
     * Reads a table.
     *
     * @param method the method that it is of
     * @param table one table or several together
     * @return the statistics of each point that saw numbers with a fraction or saw nothing, in
     *     execution order; points that saw integers only are left out
     */
    public Map<String, TensorStatistics> read(HookedMethod method, Tally table) {
        RowLayout layout = new RowLayout(observers);
        Map<String, TensorStatistics> result = new LinkedHashMap<>();
        for (Reading reading : method.readings()) {
            layout.read(table, reading.row(), reading.clamp())
                    .ifPresent(seen -> result.merge(reading.name(), seen, TensorStatistics::merge));
        }
        return result;
    }

    /**
     * Reads a row of the dict.
     *
     * @param row its numbers
     * @return its statistics, or empty if the tensor held integers
     */
    public Optional<TensorStatistics> readRow(double[] row) {
        RowLayout layout = new RowLayout(observers);
        return layout.read(layout.table(row), 0, Clamp.NONE);
    }

    /**
     * Whether a key of the dict tells of statistics.
     *
     * @param key a key
     * @return what it tells, or empty if it is another
     */
    public Optional<Key> statisticsKey(String key) {
        if (key.startsWith(ROW_KEY)) {
            return Optional.of(new Key(key.substring(ROW_KEY.length()), Optional.empty()));
        }
        return observers.tensors().stream()
                .filter(o -> key.startsWith(OBSERVER_KEY + o.name() + ":"))
                .map(
                        o ->
                                new Key(
                                        key.substring(
                                                OBSERVER_KEY.length() + o.name().length() + 1),
                                        Optional.of(o)))
                .findFirst();
    }

    /**
     * Whether an output is a value of the dict.
     *
     * @param key the output's name, or null if it has none
     * @return true if hooks made it
     */
    public static boolean isOfDict(String key) {
        return key != null
                && (key.startsWith(ROW_KEY)
                        || key.startsWith(OBSERVER_KEY)
                        || key.startsWith(TENSOR_KEY));
    }
}
