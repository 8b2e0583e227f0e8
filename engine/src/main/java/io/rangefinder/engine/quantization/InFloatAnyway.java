package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tensors that are there in float whatever reads them: reading them through Q/DQ spares no
 * conversion, and rounds what is exact.
 *
 * <p>These are what no INT8 layer has a part in, such as the model's inputs and what is made from
 * them, and what an operator makes that writes no INT8. A network that adds little to its input
 * (denoising, super-resolution, watermarks) gives its input's rounding errors, not its own, where
 * its sum reads a rounded input.
 */
final class InFloatAnyway {

    /** Operators before whose Q TensorRT writes INT8, if they are given what they want. */
    private static final String[] WRITE_INT8 = {
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Min",
        "Max",
        "Pow",
        "Sum",
        "Relu",
        "LeakyRelu",
        "PRelu",
        "Clip",
        "Sigmoid",
        "HardSigmoid",
        "HardSwish",
        "Mish",
        "Tanh",
        "Elu",
        "Selu",
        "Celu",
        "Gelu",
        "Softplus",
        "Softsign",
        "ThresholdedRelu",
        "Erf",
        "Exp",
        "Log",
        "Sqrt",
        "Abs",
        "Neg",
        "Reciprocal",
        "BatchNormalization",
        "AveragePool",
        "GlobalAveragePool",
        "ReduceMean",
        "Dropout"
    };

    private final OnnxGraph graph;
    private final Set<String> tensors = new HashSet<>();
    private final Set<String> behindLayers = new HashSet<>();

    /**
     * Looks at each node once.
     *
     * @param graph the float graph
     * @param order its nodes in topological order
     * @param layers the layers that are to run in INT8
     */
    InFloatAnyway(OnnxGraph graph, List<NodeProto.Builder> order, Set<NodeProto.Builder> layers) {
        this.graph = graph;
        for (NodeProto.Builder node : order) {
            boolean layer = layers.contains(node);
            boolean behind =
                    layer
                            || node.getInputList().stream().anyMatch(behindLayers::contains)
                            || !Nodes.bodies(node).isEmpty();
            if (behind) {
                behindLayers.addAll(node.getOutputList());
            }
            if (!behind || !layer && writesFloat(node)) {
                tensors.addAll(node.getOutputList());
            }
        }
    }

    private boolean writesFloat(NodeProto.Builder node) {
        return ValueKeeping.keepsValues(graph, node)
                ? ValueKeeping.dataInputs(node).stream().noneMatch(this::isMadeInInt8)
                : !writesInt8(node);
    }

    /** Whether TensorRT writes INT8 from what a node that computes values makes, before a Q. */
    static boolean writesInt8(NodeProto.Builder node) {
        return Nodes.is(node, WRITE_INT8);
    }

    private boolean isMadeInInt8(String tensor) {
        return behindLayers.contains(tensor) && !tensors.contains(tensor);
    }

    /** Whether a tensor is there in float anyway. */
    boolean contains(String tensor) {
        return !isMadeInInt8(tensor);
    }
}
