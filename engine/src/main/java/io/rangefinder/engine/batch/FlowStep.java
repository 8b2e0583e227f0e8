package io.rangefinder.engine.batch;

import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;
import io.rangefinder.engine.batch.Flow.Mixed;
import io.rangefinder.engine.batch.Flow.Rows;
import io.rangefinder.engine.batch.Flow.Same;
import io.rangefinder.engine.onnx.Nodes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A node and all that a rule asks about it. */
final class FlowStep {

    private final NodeProtoOrBuilder node;
    private final Map<String, Flow> flows;
    private final TensorShapes shapes;
    private final ConstantValues constants;
    private final long batch;
    private final long opset;

    FlowStep(
            NodeProtoOrBuilder node,
            Map<String, Flow> flows,
            TensorShapes shapes,
            ConstantValues constants,
            long batch,
            long opset) {
        this.node = node;
        this.flows = flows;
        this.shapes = shapes;
        this.constants = constants;
        this.batch = batch;
        this.opset = opset;
    }

    NodeProtoOrBuilder node() {
        return node;
    }

    long batch() {
        return batch;
    }

    long opset() {
        return opset;
    }

    int inputs() {
        return node.getInputCount();
    }

    boolean has(int input) {
        return Nodes.input(node, input).isPresent();
    }

    /** What is known of an input; one that is left out is the same for all rows. */
    Flow flow(int input) {
        return Nodes.input(node, input)
                .map(name -> flows.getOrDefault(name, Same.ANY))
                .orElse(Same.ANY);
    }

    Optional<Rows> rows(int input) {
        return flow(input) instanceof Rows rows ? Optional.of(rows) : Optional.empty();
    }

    boolean anyRows(int... inputs) {
        return Arrays.stream(inputs).anyMatch(i -> rows(i).isPresent());
    }

    /**
     * An input's shape.
     *
     * @throws UnknownShapeException if it isn't known
     */
    long[] shape(int input) {
        return shape(node.getInput(input));
    }

    /**
     * The shape of the first output.
     *
     * @throws UnknownShapeException if it isn't known
     */
    long[] outputShape() {
        return shape(node.getOutput(0));
    }

    private long[] shape(String tensor) {
        return shapes.of(tensor).orElseThrow(() -> new UnknownShapeException(tensor));
    }

    /** An axis that may be counted from the end. */
    static int axis(long axis, int rank) {
        return Math.toIntExact(axis < 0 ? axis + rank : axis);
    }

    long attribute(String name, long otherwise) {
        return Nodes.integer(node, name, otherwise);
    }

    Optional<List<Long>> attributes(String name) {
        return Nodes.attribute(node, name).map(a -> a.getIntsList());
    }

    /** Whole numbers that are an attribute in old opsets and a constant input in new ones. */
    Optional<List<Long>> numbers(String attribute, int input) {
        return constants.numbers(node, attribute, input);
    }

    Optional<List<Long>> integers(int input) {
        return Nodes.input(node, input).flatMap(constants::integers);
    }

    /**
     * Whether an input that does not carry the batch has the same values for each row where it
     * meets rows: along an axis of its own.
     */
    boolean repeats(int input, int axis, Rows rows) {
        long[] shape = shape(input);
        if (batch == 1 || axis < 0 || shape[axis] == 1) {
            return true;
        }
        if (flow(input) instanceof Same same && same.repeats(axis)) {
            return true;
        }
        if (shape[axis] != rows.outer() * batch * rows.inner()) {
            return false;
        }
        long before = product(shape, 0, axis) * rows.outer();
        long behind = product(shape, axis + 1, shape.length) * rows.inner();
        return Nodes.input(node, input)
                .filter(name -> constants.repeats(name, before, batch, behind))
                .isPresent();
    }

    /** Whether of the lengths that an input gives only one, at a place, is the batch's. */
    boolean isBatchOnlyAt(int input, int place) {
        return !(flow(input) instanceof Flow.Lengths lengths)
                || IntStream.range(0, lengths.byBatch().size())
                        .allMatch(i -> i == place || !lengths.byBatch().get(i));
    }

    static long product(long[] shape, int from, int to) {
        long product = 1;
        for (int i = from; i < to; i++) {
            product *= shape[i];
        }
        return product;
    }

    Mixed mixed(String what) {
        return new Mixed("node '" + Nodes.nameOf(node) + "' (" + node.getOpType() + ") " + what);
    }

    /** The shape of a tensor is not known, so that nothing can be shown of it. */
    static final class UnknownShapeException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnknownShapeException(String tensor) {
            super("the shape of its tensor '" + tensor + "' is not known", null, false, false);
        }
    }
}
