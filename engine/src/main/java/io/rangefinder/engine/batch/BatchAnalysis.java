package io.rangefinder.engine.batch;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.engine.batch.Flow.Lengths;
import io.rangefinder.engine.batch.Flow.Mixed;
import io.rangefinder.engine.batch.Flow.Rows;
import io.rangefinder.engine.batch.Flow.Same;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.SeenLengths;
import io.rangefinder.engine.onnx.StaticBatch;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Follows the rows of a batch from a model's inputs to its outputs. For one model, then done.
 *
 * <p>Where the model leaves the batch open, rows are followed through it with a batch of {@link
 * #PROBE}: what is shown holds for any, as nothing but shapes is read off it.
 */
public final class BatchAnalysis {

    /** More than 1, so that the batch's axis differs from those of length 1. */
    private static final long PROBE = 3;

    private final OnnxGraph graph;
    private final TensorShapes shapes;
    private final ConstantValues constants;
    private final long batch;
    private final long opset;
    private final Map<String, Flow> flows = new HashMap<>();

    private BatchAnalysis(OnnxModel model, long batch) throws InvalidOnnxException {
        graph = model.graph();
        shapes = TensorShapes.of(model);
        constants = new ConstantValues(graph);
        this.batch = batch;
        opset = model.opset();
    }

    /**
     * Tells how a model treats a batch: the first axis of each input that leaves it open; or if
     * none does, of the first input that has axes and of those whose first axis is as long.
     *
     * @param model the model
     * @param seen lengths of other axes that the model leaves open, as capture saw them
     * @return which axes are the batch, and whether rows mix
     */
    public static BatchUse of(OnnxModel model, List<InputDescription> seen) {
        Set<String> open = new LinkedHashSet<>();
        long batch = PROBE;
        for (ValueInfoProto input : model.inputs()) {
            if (rank(input) > 0 && length(input, 0) <= 0) {
                open.add(input.getName());
            }
        }
        Set<String> carriers = new LinkedHashSet<>(open);
        if (open.isEmpty()) {
            batch =
                    model.inputs().stream()
                            .filter(i -> rank(i) > 0)
                            .findFirst()
                            .map(i -> length(i, 0))
                            .orElse(0L);
            for (ValueInfoProto input : model.inputs()) {
                if (rank(input) > 0 && length(input, 0) == batch) {
                    carriers.add(input.getName());
                }
            }
        }
        Map<String, Integer> inputs = new HashMap<>();
        carriers.forEach(name -> inputs.put(name, 0));
        if (carriers.isEmpty()) {
            return new BatchUse(inputs, Optional.of("no input of the model has an axis"));
        }
        BatchUse use = follow(model, seen, inputs, open.isEmpty(), batch);
        Optional<String> reason = open.isEmpty() ? BatchUse.reason(model) : Optional.empty();
        if (reason.isEmpty()) {
            return use;
        }
        // Another batch would have been another graph: what this one shows is not enough.
        String blame = use.obstacle().map(o -> "; " + o).orElse("");
        return new BatchUse(
                inputs,
                Optional.of("the batch's length is part of the model: " + reason.get() + blame));
    }

    private static BatchUse follow(
            OnnxModel model,
            List<InputDescription> seen,
            Map<String, Integer> inputs,
            boolean isFixed,
            long batch) {
        try {
            OnnxModel closed = SeenLengths.fix(model, seen);
            OnnxModel fixed = isFixed ? closed : StaticBatch.fix(closed, batch);
            return new BatchAnalysis(fixed, batch).follow(fixed, inputs);
        } catch (InvalidOnnxException e) {
            // Shapes that no runtime can infer show nothing; whether it runs is not asked here.
            return new BatchUse(inputs, Optional.of("its shapes are not known: " + e.getMessage()));
        }
    }

    private static int rank(ValueInfoProto input) {
        return input.getType().getTensorType().getShape().getDimCount();
    }

    private static long length(ValueInfoProto input, int axis) {
        return input.getType().getTensorType().getShape().getDim(axis).getDimValue();
    }

    private BatchUse follow(OnnxModel model, Map<String, Integer> inputs)
            throws InvalidOnnxException {
        inputs.forEach((name, axis) -> flows.put(name, Rows.at(axis)));
        for (NodeProto.Builder node : graph.topologicalOrder()) {
            follow(node);
        }
        Map<String, Integer> axes = new HashMap<>(inputs);
        for (ValueInfoProto output : model.outputs()) {
            Flow flow = flows.getOrDefault(output.getName(), Same.ANY);
            if (flow instanceof Mixed mixed) {
                return new BatchUse(inputs, Optional.of(mixed.why()));
            }
            if (flow instanceof Lengths) {
                return refused(inputs, output, "is the batch's length");
            }
            if (flow instanceof Rows rows) {
                if (rows.outer() != 1) {
                    return refused(inputs, output, "holds the batch's rows in turn");
                }
                axes.put(output.getName(), rows.axis());
            }
        }
        return new BatchUse(axes, Optional.empty());
    }

    private static BatchUse refused(
            Map<String, Integer> inputs, ValueInfoProto output, String what) {
        return new BatchUse(inputs, Optional.of("output '" + output.getName() + "' " + what));
    }

    private void follow(NodeProto.Builder node) {
        FlowStep step = new FlowStep(node, flows, shapes, constants, batch, opset);
        Set<Flow> read = new LinkedHashSet<>();
        node.getInputList().stream()
                .filter(i -> !i.isEmpty())
                .map(i -> flows.getOrDefault(i, Same.ANY))
                .forEach(read::add);
        if (!Nodes.bodies(node).isEmpty()) {
            // What bodies read from outside is not among their inputs.
            graph.readBy(node).stream()
                    .map(i -> flows.getOrDefault(i, Same.ANY))
                    .forEach(read::add);
        }
        Flow flow;
        try {
            Optional<Flow> mixed = read.stream().filter(Mixed.class::isInstance).findFirst();
            if (mixed.isPresent()) {
                flow = mixed.get();
            } else if (read.stream().noneMatch(Rows.class::isInstance)) {
                flow = withoutRows(step, read);
            } else if (Nodes.is(node, "LSTM", "GRU", "RNN")) {
                recurrent(step);
                return;
            } else {
                flow = withRows(step, read);
            }
        } catch (FlowStep.UnknownShapeException e) {
            flow = step.mixed("can't be followed: " + e.getMessage());
        } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
            flow = step.mixed("has inputs that its operator does not take");
        }
        for (String output : node.getOutputList()) {
            flows.put(output, flow);
        }
    }

    private Flow withoutRows(FlowStep step, Set<Flow> read) {
        if (read.stream().anyMatch(Lengths.class::isInstance)) {
            return LengthFlow.follow(step);
        }
        return switch (step.node().getOpType()) {
            case "ConstantOfShape" -> new Same(Set.of(), true);
            case "Expand", "Tile" -> Shaping.repeated(step);
            case "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice" ->
                    new Same(Set.of(), step.flow(0) instanceof Same same && same.throughout());
            case "Cast", "Identity" -> step.flow(0);
            default -> Same.ANY;
        };
    }

    private Flow withRows(FlowStep step, Set<Flow> read) {
        NodeProto node = ((NodeProto.Builder) step.node()).build();
        if (!Nodes.is(node, node.getOpType())) {
            return step.mixed(
                    "is of domain " + node.getDomain() + ", whose operators aren't known");
        }
        if (Nodes.is(node, "Shape", "Size")) {
            return LengthFlow.shape(step);
        }
        boolean takesLengths = Nodes.is(node, "Reshape", "Expand", "Slice", "Resize");
        if (!takesLengths && read.stream().anyMatch(Lengths.class::isInstance)) {
            return step.mixed("computes with the batch's length");
        }
        return FlowRules.of(node.getOpType())
                .map(rule -> rule.apply(step))
                .orElseGet(() -> step.mixed("is not known to keep the batch's rows apart"));
    }

    private void recurrent(FlowStep step) {
        Rows[] rows = IndexingRules.recurrent(step);
        for (int i = 0; i < step.node().getOutputCount(); i++) {
            flows.put(
                    step.node().getOutput(i),
                    i < rows.length
                            ? rows[i]
                            : step.mixed("takes the batch for its sequence, or one state for all"));
        }
    }
}
