package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.operators.WeightedOperator;
import java.util.Optional;

/**
 * A convolution or linear layer with a constant weight.
 *
 * @param node its node in the graph that is edited
 * @param weight its weight, under the name of the tensor that holds it
 * @param channelAxis the weight's axis of output channels, or {@link QuantizedWeight#PER_TENSOR}
 */
record WeightedLayer(NodeProto.Builder node, TensorProto weight, int channelAxis) {

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

    /** Whether it is a convolution of one channel a group, which is fused with no addition. */
    boolean isDepthwise() {
        return WeightedOperator.isDepthwise(node, Tensors.shape(weight));
    }

    /** Layers with the same weight along the same axis share its int8 form. */
    String weightKey() {
        return weight.getName() + "@" + channelAxis;
    }

    int channels() {
        return QuantizedWeight.channels(Tensors.shape(weight), channelAxis);
    }

    /**
     * In a ConvTranspose in groups, and in a stack of MatMul matrices, one index stands for several
     * channels, so those get one scale in all.
     */
    private static int channelAxis(NodeProto.Builder node, TensorProto weight) {
        boolean oneScale =
                Nodes.is(node, "ConvTranspose") && Nodes.integer(node, "group", 1) != 1
                        || Nodes.is(node, "MatMul") && weight.getDimsCount() != 2;
        return oneScale
                ? QuantizedWeight.PER_TENSOR
                : WeightedOperator.of(node).orElseThrow().channelAxis(node, weight.getDimsCount());
    }
}
