package io.rangefinder.capture.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.rangefinder.capture.hooks.HookedProgram;
import io.rangefinder.capture.observers.Observers;
import io.rangefinder.capture.observers.Tally;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.ranges.Provenance;
import io.rangefinder.capture.ranges.RangefinderVersion;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
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

    private static final String FORWARD = ModelCall.FORWARD;

    private final Map<String, Accumulator> methods = new LinkedHashMap<>();
    private final Map<String, TensorStatistics> named = new LinkedHashMap<>();
    private final Map<ObservedPass.Look, Tally> tensors = new HashMap<>();

    private final Observers observers;
    private final Map<String, MethodParameters> parameters;

    /** What these see of a model, whose methods take these. */
    Observations(Observers observers, Map<String, MethodParameters> parameters) {
        this.observers = observers;
        this.parameters = Map.copyOf(parameters);
    }

    /**
     * The inputs of one forward pass.
     *
     * @param descriptions each input, in order
     * @param samples the length of the first axis of the first input
     */
    record Inputs(List<InputDescription> descriptions, long samples) {}

    private static final class Accumulator {

        private HookedProgram program;
        private HookedProgram.HookedMethod method;
        private Tally table;
        private List<InputDescription> inputs;
        private long samples;

        Accumulator(ObservedPass pass, Inputs described) {
            start(pass);
            inputs = described.descriptions();
            samples = described.samples();
        }

        void start(ObservedPass pass) {
            program = pass.program();
            method = pass.method();
            table = pass.table();
        }

        Map<String, TensorStatistics> read() {
            return program.read(method, table);
        }

        void add(Inputs described) {
            List<InputDescription> now = described.descriptions();
            inputs = InputDescription.merge(inputs, now).orElse(now);
            samples += described.samples();
        }
    }

    static Inputs describe(NDList inputs, List<String> parameters) {
        List<InputDescription> descriptions = new ArrayList<>(inputs.size());
        List<String> names = InputNames.of(inputs, parameters);
        for (int i = 0; i < inputs.size(); i++) {
            NDArray input = inputs.get(i);
            String name = names.get(i);
            descriptions.add(
                    new InputDescription(
                            name,
                            input.getDataType().name().toLowerCase(Locale.ROOT),
                            Arrays.stream(input.getShape().getShape()).boxed().toList()));
        }
        boolean scalar = inputs.isEmpty() || inputs.get(0).getShape().dimension() == 0;
        return new Inputs(descriptions, scalar ? 1 : inputs.get(0).getShape().get(0));
    }

    synchronized void add(String name, ObservedPass pass, Inputs described) {
        pass.rows().forEach(this::addNamed);
        pass.tensors().forEach((look, seen) -> tensors.merge(look, seen, Tally::merge));
        Accumulator sum = methods.get(name);
        if (sum == null) {
            methods.put(name, new Accumulator(pass, described));
            return;
        }
        sum.add(described);
        if (sum.method != pass.method()) {
            // Hooks have changed since: what each row means may have, too.
            sum.read().forEach(this::addNamed);
            sum.start(pass);
        } else {
            sum.table = sum.table.merge(pass.table());
        }
    }

    private void addNamed(String point, TensorStatistics statistics) {
        named.merge(point, statistics, TensorStatistics::merge);
    }

    synchronized void reset() {
        methods.clear();
        named.clear();
        tensors.clear();
    }

    /** The method that inputs are told of: what it was not called by would be another model. */
    private Optional<String> told() {
        return methods.containsKey(FORWARD)
                ? Optional.of(FORWARD)
                : methods.keySet().stream().min(Comparator.naturalOrder());
    }

    synchronized ModelStatistics statistics(String digest) {
        Map<String, TensorStatistics> all = new LinkedHashMap<>();
        for (Accumulator sum : methods.values()) {
            sum.read().forEach((name, seen) -> all.merge(name, seen, TensorStatistics::merge));
        }
        named.forEach((name, seen) -> all.merge(name, seen, TensorStatistics::merge));
        tensors.forEach(
                (look, seen) ->
                        all.computeIfPresent(
                                look.point(), (name, rest) -> rest.with(look.observer(), seen)));
        Optional<String> told = told();
        Optional<Accumulator> seen = told.map(methods::get);
        ModelStatistics.Builder statistics =
                ModelStatistics.builder()
                        .optObservers(observers)
                        .optProvenance(
                                new Provenance(
                                        Optional.of(digest),
                                        seen.map(c -> c.inputs).orElse(List.of()),
                                        seen.map(c -> c.samples).orElse(0L),
                                        Optional.empty(),
                                        Optional.of(RangefinderVersion.current()),
                                        Optional.empty(),
                                        Optional.empty(),
                                        told.map(parameters::get)
                                                .map(MethodParameters::call)
                                                .orElse(ModelCall.PLAIN)));
        all.forEach(statistics::add);
        return statistics.build();
    }
}
