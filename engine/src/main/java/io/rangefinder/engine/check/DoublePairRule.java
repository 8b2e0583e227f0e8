package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.Map;

/**
 * A tensor has one pair. A second one, behind or beside the first, is a conversion more that runs
 * on the GPU, and rounds again. Source: layers left in TensorRT 10.15 (one to three more).
 */
final class DoublePairRule implements Rule {

    private static final String REMEDY = "let all readers share one pair";

    @Override
    public String name() {
        return "double-pair";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        Map<String, NodeProto> first = new HashMap<>();
        for (NodeProto node : graph.nodes()) {
            if (!Qdq.isQuantize(node) || node.getInputCount() == 0) {
                continue;
            }
            String tensor = node.getInput(0);
            if (graph.producer(node, 0, Qdq.DEQUANTIZE).isPresent()) {
                findings.warning(graph.layerOf(node), tensor, "has Q/DQ behind Q/DQ", REMEDY);
            } else if (first.putIfAbsent(tensor, node) != null) {
                findings.warning(
                        graph.layerOf(node),
                        tensor,
                        "has Q/DQ of its own beside those of '"
                                + graph.layerOf(first.get(tensor))
                                + "'",
                        REMEDY);
            }
        }
    }
}
