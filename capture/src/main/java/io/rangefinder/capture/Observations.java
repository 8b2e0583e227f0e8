package io.rangefinder.capture;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.rangefinder.capture.hooks.HookedProgram;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.Provenance;
import io.rangefinder.capture.ranges.RangefinderVersion;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Adds up what forward passes saw. One add is a few operations a hook point under a lock, whatever
 * the batch; memory is a row a hook point, whatever the number of inputs. Safe from any thread.
 */
final class Observations {

    private final Map<String, Accumulator> methods = new LinkedHashMap<>();
    private final Map<String, TensorStatistics> named = new LinkedHashMap<>();
    private List<InputDescription> inputs = List.of();
    private long samples;

    /**
     * The inputs of one forward pass.
     *
     * @param descriptions each input, in order
     * @param samples the length of the first axis of the first input
     */
    record Inputs(List<InputDescription> descriptions, long samples) {}

    private static final class Accumulator {

        private HookedProgram.HookedMethod method;
        private double[] table;

        Accumulator(HookedProgram.HookedMethod method, double[] table) {
            this.method = method;
            this.table = table;
        }
    }

    static Inputs describe(NDList inputs, List<String> parameters) {
        List<InputDescription> descriptions = new ArrayList<>(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            NDArray input = inputs.get(i);
            String name =
                    i < parameters.size() && parameters.size() >= inputs.size()
                            ? parameters.get(i)
                            : "input" + i;
            descriptions.add(
                    new InputDescription(
                            name,
                            input.getDataType().name().toLowerCase(Locale.ROOT),
                            Arrays.stream(input.getShape().getShape()).boxed().toList()));
        }
        boolean scalar = inputs.isEmpty() || inputs.get(0).getShape().dimension() == 0;
        return new Inputs(descriptions, scalar ? 1 : inputs.get(0).getShape().get(0));
    }

    synchronized void add(
            String name,
            HookedProgram.HookedMethod method,
            double[] table,
            Map<String, TensorStatistics> rows,
            Inputs described) {
        Accumulator sum = methods.get(name);
        if (sum == null) {
            methods.put(name, new Accumulator(method, table));
        } else if (sum.method != method) {
            // Hooks have changed since: what each row means may have, too.
            sum.method.read(sum.table).forEach(this::addNamed);
            sum.method = method;
            sum.table = table;
        } else {
            HookedProgram.addTable(sum.table, table);
        }
        rows.forEach(this::addNamed);
        inputs = described.descriptions();
        samples += described.samples();
    }

    private void addNamed(String point, TensorStatistics statistics) {
        named.merge(point, statistics, TensorStatistics::merge);
    }

    synchronized void reset() {
        methods.clear();
        named.clear();
        inputs = List.of();
        samples = 0;
    }

    synchronized ModelStatistics statistics(String digest) {
        Map<String, TensorStatistics> all = new LinkedHashMap<>();
        for (Accumulator sum : methods.values()) {
            sum.method
                    .read(sum.table)
                    .forEach((name, seen) -> all.merge(name, seen, TensorStatistics::merge));
        }
        named.forEach((name, seen) -> all.merge(name, seen, TensorStatistics::merge));
        ModelStatistics.Builder statistics =
                ModelStatistics.builder()
                        .optProvenance(
                                new Provenance(
                                        Optional.of(digest),
                                        inputs,
                                        samples,
                                        Optional.empty(),
                                        Optional.of(RangefinderVersion.current()),
                                        Optional.empty(),
                                        Optional.empty()));
        all.forEach(statistics::add);
        return statistics.build();
    }
}
