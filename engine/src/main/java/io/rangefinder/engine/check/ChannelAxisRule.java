package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.operators.WeightedOperator;
import java.util.List;
import java.util.Optional;

/**
 * A scale per channel is for weights only, along their axis of output channels, from opset 13 on.
 *
 * <p>Source: QuantDequantLinearHelper in builtin_op_importers.cpp of onnx-tensorrt ("Activations-
 * quantization does not support per-axis quantization"; as many scales as the axis is long),
 * NVIDIA's developer guide, Q/DQ Limitations, for the axis, and ONNX's changelog for opset 13.
 * Where no axis is named, 8.x takes 0 and 10.15 takes 1, so that it refuses every scalar.
 */
final class ChannelAxisRule implements Rule {

    @Override
    public String name() {
        return "channel-axis";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        for (NodeProto node : graph.nodes()) {
            Optional<TensorProto> scale = Qdq.is(node) ? graph.constant(node, 1) : Optional.empty();
            if (scale.isEmpty()) {
                continue;
            }
            String tensor = Qdq.tensor(graph, node);
            Optional<TensorProto> weight = graph.movedConstant(tensor);
            long scales = Qdq.count(scale.get());
            Optional<String> problem =
                    weight.isPresent()
                            ? problem(graph, node, weight.get(), scales)
                            : Optional.of("an activation has " + scales + " scales")
                                    .filter(p -> scales != 1);
            problem.ifPresent(
                    p -> findings.error(graph.layerOf(node), tensor, p, remedy(graph, weight)));
        }
    }

    private static String remedy(GraphView graph, Optional<TensorProto> weight) {
        if (weight.isEmpty()) {
            return "give one scale for the whole tensor";
        }
        if (weight.get().getDimsCount() == 0) {
            return "leave the scalar in float";
        }
        return graph.model().opset() < 13
                ? "export with opset 13"
                : "name the axis of output channels: 0 of Conv, 1 of ConvTranspose, of Gemm by"
                        + " transB, the last of MatMul";
    }

    private static Optional<String> problem(
            GraphView graph, NodeProto node, TensorProto weight, long scales) {
        int rank = weight.getDimsCount();
        long axis = Nodes.integer(node, "axis", 1);
        boolean named = Nodes.attribute(node, "axis").isPresent();
        if (rank == 0) {
            return Optional.of("a scalar has Q/DQ, of whose axis TensorRT 10 says it is not there");
        }
        if (named && (axis < -rank || axis > rank)) {
            return Optional.of(String.format("axis %d of %d axes", axis, rank));
        }
        if (scales == 1) {
            return Optional.empty();
        }
        if (graph.model().opset() < 13) {
            return Optional.of(
                    "a scale per channel needs opset 13; the model is of " + graph.model().opset());
        }
        if (!named && graph.version().isBefore10()) {
            return Optional.of(
                    "its axis is not named, which is 1 in ONNX and 0 in " + graph.version());
        }
        int at = (int) (axis < 0 ? axis + rank : axis);
        if (at == rank || weight.getDims(at) != scales) {
            return Optional.of(
                    String.format(
                            "%d scales for axis %d of a tensor of shape %s",
                            scales, at, weight.getDimsList()));
        }
        return !Qdq.isDequantize(node) || node.getOutputCount() == 0
                ? Optional.empty()
                : wrongAxis(graph, node, rank, at);
    }

    private static Optional<String> wrongAxis(
            GraphView graph, NodeProto dequantize, int rank, int axis) {
        for (NodeProto reader : graph.readers(dequantize.getOutput(0))) {
            boolean swaps =
                    Nodes.is(reader, "Transpose") && rank == 2 && reader.getOutputCount() > 0;
            List<NodeProto> layers = swaps ? graph.readers(reader.getOutput(0)) : List.of(reader);
            for (NodeProto layer : layers) {
                Optional<Integer> channels =
                        WeightedOperator.of(layer)
                                .filter(o -> o != WeightedOperator.MAT_MUL || rank >= 2)
                                .map(o -> o.channelAxis(layer, rank));
                if (channels.isPresent() && channels.get() != (swaps ? 1 - axis : axis)) {
                    return Optional.of(
                            String.format(
                                    "the weight of %s is quantized along axis %d, not %d",
                                    layer.getOpType(),
                                    axis,
                                    swaps ? 1 - channels.get() : channels.get()));
                }
            }
        }
        return Optional.empty();
    }
}
