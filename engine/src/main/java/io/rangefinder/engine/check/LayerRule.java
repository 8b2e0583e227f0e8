package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.ProductKind;
import io.rangefinder.engine.operators.OperatorSet;
import io.rangefinder.engine.operators.WeightedOperator;
import java.util.Optional;

/**
 * A convolution or linear layer runs in INT8 if it reads both its input and its weight from Q/DQ.
 *
 * <p>Source: NVIDIA's developer guide, Q/DQ Layer-Placement Recommendations ("quantize all inputs
 * of weighted operations"). TensorRT 10.15 leaves a layer with one of the two in float. Those on an
 * input may be there for the convolution that writes it, if that runs in INT8 only so.
 */
final class LayerRule implements Rule {

    private static final int MOST_STEPS = 64;

    /** The axes of the weight of a convolution over height and width. */
    private static final int FLAT = 4;

    @Override
    public String name() {
        return "layer";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        if (graph.isBody() || graph.nodes().stream().noneMatch(Qdq::is)) {
            return;
        }
        for (NodeProto node : graph.nodes()) {
            if (WeightedOperator.is(node) && isWeight(graph, node)) {
                check(graph, node, findings);
            }
        }
    }

    private static void check(GraphView graph, NodeProto layer, Findings findings) {
        boolean input = isQuantized(graph, layer, 0);
        boolean weight = isQuantized(graph, layer, 1);
        if (!weight && !input && ProductKind.of(layer).isPresent()) {
            return;
        }
        if (!weight && (!input || isForItsWriter(graph, layer))) {
            findings.warning(
                    Nodes.nameOf(layer),
                    "",
                    layer.getOpType()
                            + " stays in float: "
                            + (input
                                    ? "only its input has Q/DQ"
                                    : "neither its input nor its weight has Q/DQ"),
                    "nothing, if it was meant to; otherwise capture the range of its input");
        } else if (!input || !weight) {
            findings.error(
                    Nodes.nameOf(layer),
                    layer.getInput(input ? 1 : 0),
                    layer.getOpType()
                            + " cannot run in INT8: its "
                            + (input ? "input" : "weight")
                            + " has Q/DQ but its "
                            + (input ? "weight" : "input")
                            + " does not",
                    "put Q/DQ on both or on neither");
        }
    }

    /** Whether what writes a layer's input is a convolution of three dimensions or in groups. */
    private static boolean isForItsWriter(GraphView graph, NodeProto layer) {
        Optional<NodeProto> writer = graph.producer(origin(graph, layer.getInput(0)));
        for (int i = 0; i < MOST_STEPS && writer.isPresent(); i++) {
            NodeProto node = writer.get();
            if (WeightedOperator.isConvolution(node)) {
                boolean inGroups = Nodes.integer(node, "group", 1) > 1;
                return isQuantized(graph, node, 1)
                        && (inGroups
                                || graph.movedConstant(origin(graph, node.getInput(1)))
                                        .filter(w -> w.getDimsCount() > FLAT)
                                        .isPresent());
            }
            writer =
                    OperatorSet.CLAMPING.contains(node)
                            ? Nodes.input(node, 0).flatMap(graph::producer)
                            : Optional.empty();
        }
        return false;
    }

    /** Attention multiplies activations; such a MatMul has no weight. */
    private static boolean isWeight(GraphView graph, NodeProto layer) {
        Optional<String> weight = Nodes.input(layer, 1);
        return weight.isPresent()
                && (WeightedOperator.isConvolution(layer)
                        || graph.movedConstant(origin(graph, weight.get())).isPresent());
    }

    /** The tensor before Q and DQ. */
    private static String origin(GraphView graph, String tensor) {
        String at = tensor;
        for (int i = 0; i < MOST_STEPS; i++) {
            Optional<NodeProto> maker = graph.producer(at).filter(n -> Qdq.is(n) || Qdq.moves(n));
            if (maker.isEmpty() || Nodes.input(maker.get(), 0).isEmpty()) {
                return at;
            }
            at = maker.get().getInput(0);
        }
        return at;
    }

    /** Whether an input comes from a DQ, through what TensorRT moves Q/DQ across. */
    private static boolean isQuantized(GraphView graph, NodeProto layer, int input) {
        Optional<String> at = Nodes.input(layer, input);
        for (int i = 0; i < MOST_STEPS && at.isPresent(); i++) {
            Optional<NodeProto> maker = at.flatMap(graph::producer);
            if (maker.filter(Qdq::isDequantize).isPresent()) {
                return true;
            }
            at = maker.filter(Qdq::moves).flatMap(n -> Nodes.input(n, 0));
        }
        return false;
    }
}
