package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.Tensors;
import java.util.Optional;

/**
 * Bounds of Clip that are no numbers. Source: what TensorRT 8.6 and 10.15 say of such a model
 * ("alpha and beta must be finite").
 */
final class InfiniteBoundRule implements Rule {

    @Override
    public String name() {
        return "bound";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        for (NodeProto node : graph.nodes()) {
            for (int input = 1; Nodes.is(node, "Clip") && input < node.getInputCount(); input++) {
                Optional<Float> bound =
                        graph.constant(node, input)
                                .filter(t -> Tensors.isFloat(t) && Qdq.count(t) == 1)
                                .map(t -> Tensors.floats(t)[0])
                                .filter(b -> !Float.isFinite(b));
                if (bound.isPresent()) {
                    findings.error(
                            Nodes.nameOf(node),
                            node.getInput(input),
                            "bounds by " + bound.get() + ", which " + graph.version() + " refuses",
                            "leave this bound out");
                }
            }
        }
    }
}
