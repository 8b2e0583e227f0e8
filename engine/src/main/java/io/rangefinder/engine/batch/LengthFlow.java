package io.rangefinder.engine.batch;

import io.rangefinder.engine.batch.Flow.Lengths;
import io.rangefinder.engine.batch.Flow.Rows;
import io.rangefinder.engine.batch.Flow.Same;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Follows lengths of axes, element by element, so that only the batch's is taken for it. */
final class LengthFlow {

    /** Lengths that are more than this are computed with as no model does with shapes. */
    private static final long MOST = 4096;

    private LengthFlow() {}

    /** The shape of what carries rows. */
    static Flow shape(FlowStep step) {
        Rows rows = step.rows(0).orElseThrow();
        int rank = step.shape(0).length;
        if (step.node().getOpType().equals("Size")) {
            return new Lengths(List.of(true));
        }
        int from = bound(step.attribute("start", 0), rank);
        int to = bound(step.attribute("end", rank), rank);
        return Lengths.of(IntStream.range(from, to).mapToObj(a -> a == rows.axis()).toList());
    }

    private static int bound(long axis, int rank) {
        return Math.max(0, Math.min(rank, FlowStep.axis(axis, rank)));
    }

    /** A node that reads lengths and no rows. */
    static Flow follow(FlowStep step) {
        return switch (step.node().getOpType()) {
            case "ConstantOfShape" -> new Same(Set.of(), true);
            case "Expand", "Tile" ->
                    step.flow(0) instanceof Same ? Shaping.repeated(step) : any(step);
            case "Cast", "Identity", "Unsqueeze", "Squeeze", "Flatten" -> step.flow(0);
            case "Reshape" -> step.flow(0) instanceof Same ? any(step) : step.flow(0);
            case "Gather" -> gather(step).orElseGet(() -> any(step));
            case "Slice" -> slice(step).orElseGet(() -> any(step));
            case "Concat" -> concat(step);
            default -> any(step);
        };
    }

    private static Optional<Flow> gather(FlowStep step) {
        List<Boolean> all = elements(step, 0);
        return step.integers(1)
                .map(
                        indices ->
                                Lengths.of(
                                        indices.stream()
                                                .map(i -> all.get(FlowStep.axis(i, all.size())))
                                                .toList()));
    }

    private static Optional<Flow> slice(FlowStep step) {
        List<Boolean> all = elements(step, 0);
        Optional<List<Long>> from = step.numbers("starts", 1);
        Optional<List<Long>> to = step.numbers("ends", 2);
        if (from.isEmpty() || to.isEmpty() || step.has(4)) {
            return Optional.empty();
        }
        int first = clamp(from.get().get(0), all.size());
        int last = clamp(to.get().get(0), all.size());
        return Optional.of(Lengths.of(first < last ? all.subList(first, last) : List.of()));
    }

    private static int clamp(long place, int size) {
        return (int) Math.max(0, Math.min(size, place < 0 ? place + size : place));
    }

    private static Flow concat(FlowStep step) {
        List<Boolean> all = new ArrayList<>();
        for (int i = 0; i < step.inputs(); i++) {
            all.addAll(elements(step, i));
        }
        return Lengths.of(all);
    }

    /** An input's elements; of one that is the same for all batches, none is the batch's. */
    private static List<Boolean> elements(FlowStep step, int input) {
        return step.flow(input) instanceof Lengths lengths
                ? lengths.byBatch()
                : Collections.nCopies(count(step.shape(input)), false);
    }

    /** What is computed of lengths is the batch's if anything of it is. */
    private static Flow any(FlowStep step) {
        return new Lengths(Collections.nCopies(count(step.outputShape()), true));
    }

    private static int count(long[] shape) {
        return (int) Math.min(MOST, Math.max(1, FlowStep.product(shape, 0, shape.length)));
    }
}
