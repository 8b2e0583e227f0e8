package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.operators.WeightedOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * No Q/DQ between what TensorRT fuses: a convolution or linear layer and its batch normalization,
 * its activation, its bias, or the addition of a residual.
 *
 * <p>Source: NVIDIA's developer guide, Q/DQ Layer-Placement Recommendations ("by default, don't
 * quantize the outputs of weighted operations"; the addition's other input is quantized). TensorRT
 * 10.15 leaves one layer more for each.
 */
final class FusionRule implements Rule {

    private static final String[] FOLLOWERS = {
        "BatchNormalization",
        "Relu",
        "Clip",
        "LeakyRelu",
        "Sigmoid",
        "HardSigmoid",
        "HardSwish",
        "Tanh",
        "Elu",
        "Selu",
        "Softplus"
    };

    @Override
    public String name() {
        return "fusion";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        for (NodeProto node : graph.nodes()) {
            if (Nodes.is(node, FOLLOWERS)) {
                layerBehindPair(graph, node, 0)
                        .ifPresent(l -> report(l, node.getOpType(), findings));
            } else if (Nodes.is(node, "Add")) {
                checkAddition(graph, node, findings);
            }
        }
    }

    /** One of an addition's layers must reach it in float, or the addition cannot join it. */
    private static void checkAddition(GraphView graph, NodeProto add, Findings findings) {
        List<NodeProto> behindPairs = new ArrayList<>();
        for (int i = 0; i < add.getInputCount(); i++) {
            if (isFusible(graph, add.getInput(i))) {
                return;
            }
            layerBehindPair(graph, add, i).ifPresent(behindPairs::add);
        }
        behindPairs.stream().limit(1).forEach(l -> report(l, "Add", findings));
    }

    private static void report(NodeProto layer, String follower, Findings findings) {
        findings.warning(
                Nodes.nameOf(layer),
                layer.getOutput(0),
                "Q/DQ between " + layer.getOpType() + " and " + follower + " keep them from fusing",
                "put Q/DQ behind " + follower + " instead");
    }

    private static Optional<NodeProto> layerBehindPair(GraphView graph, NodeProto node, int input) {
        return graph.producer(node, input, Qdq.DEQUANTIZE)
                .flatMap(dq -> graph.producer(dq, 0, Qdq.QUANTIZE))
                .flatMap(q -> Nodes.input(q, 0))
                .flatMap(t -> layerOf(graph, t));
    }

    private static boolean isFusible(GraphView graph, String tensor) {
        return layerOf(graph, tensor).isPresent() && graph.readers(tensor).size() == 1;
    }

    /** The convolution or linear layer that makes a tensor, batch normalization between or not. */
    private static Optional<NodeProto> layerOf(GraphView graph, String tensor) {
        Optional<NodeProto> maker = graph.producer(tensor);
        return maker.filter(n -> Nodes.is(n, "BatchNormalization"))
                .flatMap(n -> Nodes.input(n, 0))
                .map(graph::producer)
                .orElse(maker)
                .filter(WeightedOperator::is);
    }
}
