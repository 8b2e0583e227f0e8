package io.rangefinder.capture.hooks;

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
 */
public record HookedProgram(
        Map<String, String> code,
        Map<String, HookedMethod> methods,
        List<String> unobserved,
        boolean casts) {

    /** The columns of a row of statistics; see {@link HookedMethod#read}. */
    static final int COLUMNS = 7;

    /** Before the keys of the dict that a hooked method returns. */
    static final String KEY = "rangefinder:";

    /** Before the name of a tensor whose statistics are in the dict. */
    public static final String STATISTICS_KEY = KEY + "s:";

    /** Before the number and the name of a whole tensor in the dict. */
    public static final String TENSOR_KEY = KEY + "t:";

    /**
     * A method with hooks. It returns {@code (what the original returns, dict, table)}: the table
     * is float64, shape (rows, 7): elements, min, max, NaN, +inf, -inf, and calls with a tensor
     * that has no range as it holds integers; the dict holds such rows for tensors whose number is
     * known only when it runs, under {@link #STATISTICS_KEY}{@code name}, and whole tensors under
     * {@link #TENSOR_KEY}{@code number:name}.
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
            List<Reading> readings) {

        /**
         * Reads a table.
         *
         * @param table the rows, {@code rows × 7} numbers
         * @return the statistics of each point that saw numbers with a fraction or saw nothing, in
         *     execution order; points that saw integers only are left out
         * @throws IllegalArgumentException if the table has another size
         */
        public Map<String, TensorStatistics> read(double[] table) {
            if (table.length != rows * COLUMNS) {
                throw new IllegalArgumentException(
                        "expected " + rows * COLUMNS + " numbers but got " + table.length);
            }
            Map<String, TensorStatistics> result = new LinkedHashMap<>();
            for (Reading reading : readings) {
                int at = reading.row() * COLUMNS;
                if (!isOnlyIntegers(table, at)) {
                    result.merge(
                            reading.name(),
                            reading.clamp().apply(row(table, at)),
                            TensorStatistics::merge);
                }
            }
            return result;
        }
    }

    /**
     * Where the statistics of a point are found.
     *
     * @param name the point's name
     * @param row the row of the table
     * @param clamp what lies between the tensor of that row and the point
     */
    record Reading(String name, int row, Clamp clamp) {}

    /**
     * Adds one table to another of the same method.
     *
     * @param sum is added to
     * @param table is added
     */
    public static void addTable(double[] sum, double[] table) {
        for (int at = 0; at < sum.length; at += COLUMNS) {
            sum[at] += table[at];
            sum[at + 1] = Math.min(sum[at + 1], table[at + 1]);
            sum[at + 2] = Math.max(sum[at + 2], table[at + 2]);
            for (int column = 3; column < COLUMNS; column++) {
                sum[at + column] += table[at + column];
            }
        }
    }

    /**
     * Reads a row of the dict.
     *
     * @param row its seven numbers
     * @return its statistics, or empty if the tensor held integers
     */
    public static Optional<TensorStatistics> readNamed(double[] row) {
        return isOnlyIntegers(row, 0) ? Optional.empty() : Optional.of(row(row, 0));
    }

    private static boolean isOnlyIntegers(double[] table, int at) {
        return table[at] == 0 && table[at + COLUMNS - 1] > 0;
    }

    private static TensorStatistics row(double[] table, int at) {
        return new TensorStatistics(
                (long) table[at],
                table[at + 1],
                table[at + 2],
                (long) table[at + 3],
                (long) table[at + 4],
                (long) table[at + 5]);
    }
}
