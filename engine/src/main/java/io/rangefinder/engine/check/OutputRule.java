package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;

/**
 * The model's outputs stay in float, as the application reads them. Source: NVIDIA's developer
 * guide, Q/DQ Layer-Placement Recommendations (outputs of weighted operations are not quantized).
 */
final class OutputRule implements Rule {

    private static final int MOST_STEPS = 64;

    @Override
    public String name() {
        return "output";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        if (graph.isBody()) {
            return;
        }
        graph.proto().getOutputList().forEach(output -> check(graph, output.getName(), findings));
    }

    private static void check(GraphView graph, String output, Findings findings) {
        String at = output;
        for (int i = 0; i < MOST_STEPS; i++) {
            NodeProto maker = graph.producer(at).orElse(NodeProto.getDefaultInstance());
            if (Qdq.isQuantize(maker)) {
                findings.error(
                        layerBefore(graph, maker),
                        output,
                        "the model's output is int8",
                        "take away its QuantizeLinear");
                return;
            }
            if (Qdq.isDequantize(maker)) {
                findings.warning(
                        graph.producer(maker, 0, Qdq.QUANTIZE)
                                .map(q -> layerBefore(graph, q))
                                .orElse(Nodes.nameOf(maker)),
                        output,
                        "the model's output goes through Q/DQ, which costs exactness",
                        "take away its Q/DQ");
                return;
            }
            if (!Qdq.moves(maker) || maker.getInputCount() == 0) {
                return;
            }
            at = maker.getInput(0);
        }
    }

    private static String layerBefore(GraphView graph, NodeProto quantize) {
        return Nodes.input(quantize, 0)
                .flatMap(graph::producer)
                .map(Nodes::nameOf)
                .orElse(Nodes.nameOf(quantize));
    }
}
