package io.rangefinder.capture.pytorch;

import ai.djl.ndarray.NDArray;
import io.rangefinder.capture.hooks.HookedProgram;
import io.rangefinder.capture.observers.Tally;
import io.rangefinder.capture.observers.TensorObserver;
import io.rangefinder.capture.source.PointFilter;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one forward pass saw.
 *
 * @param program the program that ran
 * @param method the method of it
 * @param table the rows of its table
 * @param rows what was seen of tensors whose number is known only when it runs, by name
 * @param tensors what tensor observers saw
 */
record ObservedPass(
        HookedProgram program,
        HookedProgram.HookedMethod method,
        Tally table,
        Map<String, TensorStatistics> rows,
        Map<Look, Tally> tensors) {

    /**
     * Who looked at what.
     *
     * @param observer the observer
     * @param point the point's name
     */
    record Look(TensorObserver observer, String point) {}

    /**
     * Reads what hooks gave.
     *
     * @param program the program that ran
     * @param method the method of it
     * @param dict the values of the dict, with their keys as names
     * @param table the table
     * @param points which elements of containers are wanted
     * @return what was seen
     */
    static ObservedPass of(
            HookedProgram program,
            HookedProgram.HookedMethod method,
            List<NDArray> dict,
            NDArray table,
            PointFilter points) {
        Map<String, TensorStatistics> rows = new HashMap<>();
        Map<Look, Tally> tensors = new HashMap<>();
        for (NDArray array : dict) {
            Optional<HookedProgram.Key> told =
                    program.statisticsKey(array.getName())
                            .filter(key -> points.testName(key.name()));
            if (told.isPresent()) {
                HookedProgram.Key key = told.get();
                double[] numbers = array.toDoubleArray();
                if (key.observer().isPresent()) {
                    Look look = new Look(key.observer().get(), key.name());
                    tensors.put(look, tally(look, numbers));
                } else {
                    program.readRow(numbers).ifPresent(seen -> rows.put(key.name(), seen));
                }
            }
        }
        return new ObservedPass(
                program, method, program.table(method, table.toDoubleArray()), rows, tensors);
    }

    private static Tally tally(Look look, double[] numbers) {
        try {
            if (numbers.length > 0) {
                return Tally.of(look.observer().columns(), numbers);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "observer "
                            + look.observer().name()
                            + " is wrong about "
                            + look.point()
                            + ": "
                            + e.getMessage(),
                    e);
        }
        throw new IllegalStateException(
                "observer " + look.observer().name() + " gave no numbers for " + look.point());
    }
}
