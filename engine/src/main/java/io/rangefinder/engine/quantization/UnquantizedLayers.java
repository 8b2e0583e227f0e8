package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;
import io.rangefinder.engine.onnx.Nodes;
import java.util.Optional;
import java.util.function.Predicate;

/** Layers with weights that no Q/DQ lets run in INT8: they count, with the reason. Stateless. */
public final class UnquantizedLayers {

    private UnquantizedLayers() {}

    /**
     * Why a node has weights and yet no INT8.
     *
     * @param node a node
     * @param isFixed whether a tensor is the same whatever the model is given
     * @return the reason, or empty for any other node
     */
    public static Optional<String> reason(NodeProtoOrBuilder node, Predicate<String> isFixed) {
        if (Nodes.is(node, "LSTM", "GRU", "RNN")) {
            return Optional.of("Q/DQ can't reach into recurrent layers");
        }
        return Nodes.is(node, "Einsum") && node.getInputList().stream().anyMatch(isFixed)
                ? Optional.of("its equation is no product of matrices with a constant weight")
                : Optional.empty();
    }
}
