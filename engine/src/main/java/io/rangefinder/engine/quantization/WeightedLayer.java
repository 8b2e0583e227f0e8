package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.Tensors;
import java.util.Optional;

/**
 * A convolution or linear layer with a constant weight.
 *
 * @param node its node in the graph that is edited
 * @param weight its weight, under the name of the tensor that holds it
 * @param channelAxis the weight's axis of output channels, or {@link QuantizedWeight#PER_TENSOR}
 */
record WeightedLayer(NodeProto.Builder node, TensorProto weight, int channelAxis) {

    /** The operators that have an INT8 kernel and a weight, at input 1. */
    private static final String[] OPERATORS = {"Conv", "ConvTranspose", "Gemm", "MatMul"};

    static boolean isWeighted(NodeProto.Builder node) {
        return Nodes.is(node, OPERATORS);
    }

    static boolean isConvolution(NodeProto.Builder node) {
        return Nodes.is(node, "Conv", "ConvTranspose");
    }

    static boolean isLinear(NodeProto.Builder node) {
        return Nodes.is(node, "Gemm", "MatMul");
    }

    static WeightedLayer of(NodeProto.Builder node, TensorProto weight) {
        return new WeightedLayer(node, weight, channelAxis(node, weight));
    }

    String name() {
        return Nodes.nameOf(node);
    }

    String activation() {
        return node.getInput(0);
    }

    String output() {
        return node.getOutput(0);
    }

    Optional<String> bias() {
        return Nodes.input(node, 2);
    }

    /** Layers with the same weight along the same axis share its int8 form. */
    String weightKey() {
        return weight.getName() + "@" + channelAxis;
    }

    int channels() {
        return QuantizedWeight.channels(Tensors.shape(weight), channelAxis);
    }

    /**
     * Layouts: Conv (out, in / groups, kernel), ConvTranspose (in, out / groups, kernel), Gemm
     * (out, in) if transB else (in, out), MatMul (in, out). In a grouped ConvTranspose one index of
     * axis 1 stands for an output channel of every group, and with a stack of MatMul matrices a
     * column for one of each, so those get one scale in all.
     */
    private static int channelAxis(NodeProto.Builder node, TensorProto weight) {
        return switch (node.getOpType()) {
            case "Conv" -> 0;
            case "ConvTranspose" ->
                    Nodes.integer(node, "group", 1) == 1 ? 1 : QuantizedWeight.PER_TENSOR;
            case "Gemm" -> Nodes.integer(node, "transB", 0) != 0 ? 0 : 1;
            default -> weight.getDimsCount() == 2 ? 1 : QuantizedWeight.PER_TENSOR;
        };
    }
}
