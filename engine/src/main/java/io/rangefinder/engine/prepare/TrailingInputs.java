package io.rangefinder.engine.prepare;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import java.util.List;

/**
 * Drops the empty names behind a node's last input. ONNX means the same by both, but TensorRT's
 * parser takes a Conv with an empty name for its bias as invalid. A function's call leaves them
 * where an optional argument is not given.
 */
final class TrailingInputs implements Pass {

    @Override
    public void apply(OnnxGraph graph, OnnxModel model) {
        for (NodeProto.Builder node : graph.nodes()) {
            List<String> inputs = List.copyOf(node.getInputList());
            int count = inputs.size();
            while (count > 0 && inputs.get(count - 1).isEmpty()) {
                count--;
            }
            if (count < inputs.size()) {
                node.clearInput().addAllInput(inputs.subList(0, count));
            }
        }
    }
}
