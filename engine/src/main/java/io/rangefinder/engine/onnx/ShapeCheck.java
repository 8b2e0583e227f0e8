package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Refuses shapes on which ONNX Runtime's native code ends the whole process instead of saying what
 * is wrong: windows that have other axes than what they slide over, and steps of 0. Only what
 * follows from the model alone is known here. Stateless.
 */
public final class ShapeCheck {

    private static final String[] CONVOLUTIONS = {"Conv", "ConvTranspose"};
    private static final String[] POOLS = {"MaxPool", "AveragePool", "LpPool"};
    private static final String[] NORMALIZATIONS = {"BatchNormalization", "InstanceNormalization"};

    /** A sample axis and a channel axis come before the spatial ones. */
    private static final int OTHER_AXES = 2;

    private ShapeCheck() {}

    /**
     * Checks a model, the bodies of If, Loop and Scan included.
     *
     * @param model the model
     * @throws InvalidOnnxException for the first node whose shapes don't fit
     */
    public static void check(OnnxModel model) throws InvalidOnnxException {
        check(model.proto().getGraph(), model.source());
    }

    private static void check(GraphProto graph, String source) throws InvalidOnnxException {
        Ranks ranks = new Ranks(graph);
        for (NodeProto node : graph.getNodeList()) {
            Optional<String> problem = problem(node, ranks);
            if (problem.isPresent()) {
                throw InvalidOnnxException.ofNode(source, node, problem.get());
            }
            for (GraphProto body : Nodes.bodies(node)) {
                check(body, source);
            }
        }
    }

    private static Optional<String> problem(NodeProto node, Ranks ranks) {
        if (Nodes.is(node, CONVOLUTIONS)) {
            return convolution(node, ranks);
        }
        if (Nodes.is(node, POOLS)) {
            OptionalInt axes = ranks.of(node.getInput(0));
            return window(node, axes.isPresent() ? axes.getAsInt() - OTHER_AXES : -1);
        }
        return Nodes.is(node, NORMALIZATIONS) ? normalization(node, ranks) : Optional.empty();
    }

    private static Optional<String> convolution(NodeProto node, Ranks ranks) {
        OptionalInt input = ranks.of(node.getInput(0));
        OptionalInt weight = ranks.of(node.getInput(1));
        if (input.isPresent() && weight.isPresent() && !input.equals(weight)) {
            return Optional.of(
                    "has a weight of "
                            + weight.getAsInt()
                            + " axes on an input of "
                            + input.getAsInt());
        }
        OptionalInt axes = input.isPresent() ? input : weight;
        if (axes.isPresent() && axes.getAsInt() <= OTHER_AXES) {
            return Optional.of("has nothing to slide over in an input of " + axes.getAsInt());
        }
        OptionalInt bias =
                node.getInputCount() > 2 ? ranks.of(node.getInput(2)) : OptionalInt.of(1);
        if (!node.getInput(node.getInputCount() - 1).isEmpty() && bias.orElse(1) != 1) {
            return Optional.of("has a bias of " + bias.getAsInt() + " axes instead of 1");
        }
        if (Nodes.integer(node, "group", 1) < 1) {
            return Optional.of("has " + Nodes.integer(node, "group", 1) + " groups");
        }
        return window(node, axes.isPresent() ? axes.getAsInt() - OTHER_AXES : -1);
    }

    private static Optional<String> normalization(NodeProto node, Ranks ranks) {
        for (int i = 1; i < node.getInputCount(); i++) {
            if (ranks.of(node.getInput(i)).orElse(1) != 1) {
                return Optional.of(
                        "has "
                                + ranks.of(node.getInput(i)).getAsInt()
                                + " axes in '"
                                + node.getInput(i)
                                + "' instead of 1");
            }
        }
        return ranks.of(node.getInput(0)).orElse(OTHER_AXES) < 1
                ? Optional.of("normalizes a single number")
                : Optional.empty();
    }

    /** Checks the attributes of a window; -1 if the number of spatial axes is not known. */
    private static Optional<String> window(NodeProto node, int spatial) {
        int axes = spatial;
        for (String name : List.of("kernel_shape", "strides", "dilations")) {
            Optional<List<Long>> values =
                    Nodes.attribute(node, name).map(AttributeProto::getIntsList);
            if (values.isEmpty() || values.get().isEmpty()) {
                continue;
            }
            if (axes >= 0 && values.get().size() != axes) {
                return Optional.of(
                        "has " + values.get().size() + " " + name + " for " + axes + " axes");
            }
            axes = values.get().size();
            if (values.get().stream().anyMatch(v -> v < 1 || v > Integer.MAX_VALUE)) {
                return Optional.of("has " + name + " of " + values.get());
            }
        }
        int pads = Nodes.attribute(node, "pads").map(AttributeProto::getIntsCount).orElse(0);
        return axes >= 0 && pads != 0 && pads != 2 * axes
                ? Optional.of("has " + pads + " pads for " + axes + " axes")
                : Optional.empty();
    }
}
