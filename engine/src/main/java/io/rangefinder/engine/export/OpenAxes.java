package io.rangefinder.engine.export;

import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.engine.export.symbolic.Axis;
import io.rangefinder.engine.export.symbolic.BatchDependentException;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.onnx.OpenLengths;
import io.rangefinder.engine.onnx.OpenLengths.OpenAxis;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which axes of the inputs an export leaves open: the batch, and those whose lengths varied in
 * capture. Where a model turns out to need a length, {@link #after} tells what to try next. For one
 * run through the model, as its axes remember what was asked of them.
 */
final class OpenAxes {

    private final List<InputDescription> inputs;
    private final Optional<String> fixedBatch;

    /** Places whose length is the batch's. */
    private final Set<Place> batch;

    private final Map<Axis, Group> groups = new LinkedHashMap<>();
    private final List<String> warnings;

    /** An axis of an input. */
    private record Place(int input, int axis) {}

    /** Axes of one length, which is a multiple of a number. */
    private record Group(String name, long least, long most, long multiple, List<Place> places) {

        boolean isAsLongAs(Group other) {
            return least == other.least && most == other.most;
        }

        boolean mayBeMultipleOf(long number) {
            return least % number == 0 && most % number == 0;
        }

        Group with(long newMultiple) {
            return new Group(name, least, most, newMultiple, places);
        }
    }

    private OpenAxes(
            List<InputDescription> inputs,
            Optional<String> fixedBatch,
            Set<Place> batch,
            Collection<Group> groups,
            List<String> warnings) {
        this.inputs = inputs;
        this.fixedBatch = fixedBatch;
        this.batch = batch;
        this.warnings = warnings;
        groups.forEach(
                g ->
                        this.groups.put(
                                new Axis(
                                        g.name(),
                                        g.least() / g.multiple(),
                                        g.most() / g.multiple()),
                                g));
    }

    /**
     * All that may be open: the batch, which is the first axis of the first input and of those that
     * are as long along theirs, and whatever varied.
     */
    static OpenAxes of(List<InputDescription> inputs, boolean isBatchFixed) {
        Set<Place> batch = new LinkedHashSet<>();
        List<Group> groups = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            InputDescription input = inputs.get(i);
            for (int axis = 0; axis < input.shape().size(); axis++) {
                boolean carriesBatch =
                        axis == 0
                                && !inputs.get(0).shape().isEmpty()
                                && input.shape().get(0).equals(inputs.get(0).shape().get(0));
                Place place = new Place(i, axis);
                if (carriesBatch) {
                    batch.add(place);
                } else if (input.varies(axis) && input.shape().get(axis) > 0) {
                    // What is called a batch is taken for one.
                    boolean unclear = input.name().isEmpty() || input.name().contains("batch");
                    String name = (unclear ? "input" + i : input.name()) + "_" + axis;
                    boolean taken = groups.stream().anyMatch(g -> g.name().equals(name));
                    groups.add(
                            new Group(
                                    taken ? name + "_" + i : name,
                                    Math.max(1, input.least().get(axis)),
                                    input.shape().get(axis),
                                    1,
                                    List.of(place)));
                }
            }
        }
        return new OpenAxes(
                inputs,
                isBatchFixed ? Optional.of("as asked for") : Optional.empty(),
                batch,
                groups,
                List.of());
    }

    /** The lengths of an input's axes. */
    List<Dim> shape(int input) {
        List<Dim> shape = new ArrayList<>();
        for (int axis = 0; axis < inputs.get(input).shape().size(); axis++) {
            Place place = new Place(input, axis);
            Dim length = Dim.of(inputs.get(input).shape().get(axis));
            if (batch.contains(place) && fixedBatch.isEmpty()) {
                length = Dim.BATCH;
            }
            for (Map.Entry<Axis, Group> group : groups.entrySet()) {
                if (group.getValue().places().contains(place)) {
                    length = Dim.of(group.getKey()).times(Dim.of(group.getValue().multiple()));
                }
            }
            shape.add(length);
        }
        return shape;
    }

    /** Why the batch has one length only, or empty if it is open. */
    Optional<String> fixedBatch() {
        return fixedBatch;
    }

    /** Whether any axis but the batch is open. */
    boolean hasLengths() {
        return !groups.isEmpty();
    }

    /** What was given up, and why. */
    List<String> warnings() {
        return warnings;
    }

    /**
     * The open lengths, once the model was followed.
     *
     * @param names the inputs' names in the graph, in order
     */
    OpenLengths lengths(List<String> names) {
        List<OpenAxis> axes = new ArrayList<>();
        groups.forEach(
                (axis, group) -> {
                    long multiple = group.multiple();
                    boolean endless = axis.to() > Integer.MAX_VALUE / multiple;
                    for (Place place : group.places()) {
                        axes.add(
                                new OpenAxis(
                                        names.get(place.input()),
                                        place.axis(),
                                        group.name(),
                                        axis.from() * multiple,
                                        endless ? Long.MAX_VALUE : axis.to() * multiple,
                                        multiple,
                                        group.most()));
                    }
                });
        return new OpenLengths(axes);
    }

    /**
     * What to try after something in the model depended on a length: that two axes which were
     * always equally long are so; that lengths are multiples of what the model divides them by; or
     * else that the axis is fixed.
     *
     * @throws BatchDependentException the same if nothing is open
     */
    OpenAxes after(BatchDependentException e) {
        List<Group> blamed =
                e.axes().stream().filter(groups::containsKey).map(groups::get).toList();
        if (blamed.isEmpty()) {
            boolean isBatch = !e.axes().isEmpty() || groups.isEmpty();
            if (!isBatch) {
                return withoutLengths(e.getMessage());
            }
            if (fixedBatch.isPresent()) {
                throw e;
            }
            return new OpenAxes(
                    inputs, Optional.of(e.getMessage()), batch, groups.values(), warnings);
        }
        return joined(e, blamed)
                .or(() -> multiples(e, blamed))
                .orElseGet(() -> without(blamed, e.getMessage()));
    }

    private Optional<OpenAxes> joined(BatchDependentException e, List<Group> blamed) {
        Group first = blamed.get(0);
        if (e.axes().size() != 2) {
            return Optional.empty();
        }
        List<Group> all = new ArrayList<>(groups.values());
        if (blamed.size() == 1) {
            // The other one is the batch.
            InputDescription carrier = inputs.get(0);
            if (carrier.least().get(0) != first.least() || carrier.shape().get(0) != first.most()) {
                return Optional.empty();
            }
            Set<Place> more = new LinkedHashSet<>(batch);
            more.addAll(first.places());
            all.remove(first);
            return Optional.of(new OpenAxes(inputs, fixedBatch, more, all, warnings));
        }
        Group second = blamed.get(1);
        if (!first.isAsLongAs(second)) {
            return Optional.empty();
        }
        List<Place> places = new ArrayList<>(first.places());
        places.addAll(second.places());
        long multiple = Math.max(first.multiple(), second.multiple());
        all.set(
                all.indexOf(first),
                new Group(first.name(), first.least(), first.most(), multiple, places));
        all.remove(second);
        return Optional.of(new OpenAxes(inputs, fixedBatch, batch, all, warnings));
    }

    private Optional<OpenAxes> multiples(BatchDependentException e, List<Group> blamed) {
        long multiple = e.multiple();
        boolean possible =
                multiple > 1
                        && blamed.stream()
                                .allMatch(g -> g.mayBeMultipleOf(multiple * g.multiple()));
        return possible
                ? Optional.of(
                        new OpenAxes(
                                inputs,
                                fixedBatch,
                                batch,
                                groups.values().stream()
                                        .map(
                                                g ->
                                                        blamed.contains(g)
                                                                ? g.with(multiple * g.multiple())
                                                                : g)
                                        .toList(),
                                warnings))
                : Optional.empty();
    }

    /** All lengths fixed but the batch. */
    OpenAxes withoutLengths(String why) {
        return without(List.copyOf(groups.values()), why);
    }

    private OpenAxes without(Collection<Group> fixed, String why) {
        List<Group> left = new ArrayList<>(groups.values());
        left.removeAll(fixed);
        List<String> more = new ArrayList<>(warnings);
        for (Group group : fixed) {
            for (Place place : group.places()) {
                more.add(warning(place, group, why));
            }
        }
        return new OpenAxes(inputs, fixedBatch, batch, left, more);
    }

    private String warning(Place place, Group group, String why) {
        return "axis "
                + place.axis()
                + " of input "
                + inputs.get(place.input()).name()
                + " had lengths from "
                + group.least()
                + " to "
                + group.most()
                + " in capture, but takes "
                + group.most()
                + " only, because "
                + why
                + "; pad inputs to "
                + group.most()
                + ", or capture and export the model for each length";
    }

    /**
     * The inputs with these axes fixed at one end of what was seen of them.
     *
     * @param greatest whether at the greatest lengths or at the least
     */
    List<InputDescription> fixed(boolean greatest) {
        List<InputDescription> fixed = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            InputDescription input = inputs.get(i);
            List<Long> shape = new ArrayList<>(input.shape());
            for (Group group : groups.values()) {
                for (Place place : group.places()) {
                    if (place.input() == i) {
                        shape.set(place.axis(), greatest ? group.most() : group.least());
                    }
                }
            }
            fixed.add(new InputDescription(input.name(), input.type(), shape));
        }
        return fixed;
    }

    /** A run with inputs of one length, in which only the batch is open as it is here. */
    OpenAxes onlyBatch(List<InputDescription> ofOneLength) {
        return new OpenAxes(ofOneLength, fixedBatch, batch, List.of(), List.of());
    }

    /** The shapes of inputs for a run, with some samples if the batch is open. */
    List<List<Long>> shapes(List<InputDescription> ofOneLength, long samples) {
        List<List<Long>> shapes = new ArrayList<>();
        for (int i = 0; i < ofOneLength.size(); i++) {
            List<Long> shape = new ArrayList<>(ofOneLength.get(i).shape());
            for (int axis = 0; axis < shape.size(); axis++) {
                if (batch.contains(new Place(i, axis)) && fixedBatch.isEmpty()) {
                    shape.set(axis, samples);
                }
            }
            shapes.add(shape);
        }
        return shapes;
    }
}
