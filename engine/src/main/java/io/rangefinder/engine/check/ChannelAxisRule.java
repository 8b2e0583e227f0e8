package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.onnx.Nodes;
import java.util.List;
import java.util.Optional;

/**
 * A scale per channel is for weights only, along their axis of output channels, from opset 13 on.
 *
 * <p>Source: QuantDequantLinearHelper in builtin_op_importers.cpp of onnx-tensorrt ("Activations-
 * quantization does not support per-axis quantization"; as many scales as the axis is long),
 * NVIDIA's developer guide, Q/DQ Limitations, for the axis, and ONNX's changelog for opset 13.
 */
final class ChannelAxisRule implements Rule {

    private static final String ONE_SCALE = "give one scale for the whole tensor";

    @Override
    public String name() {
        return "channel-axis";
    }

    @Override
    public void check(GraphView graph, Report report) {
        for (NodeProto node : graph.nodes()) {
            Optional<TensorProto> scale = Qdq.is(node) ? graph.constant(node, 1) : Optional.empty();
            if (scale.isPresent() && (Qdq.count(scale.get()) != 1 || isAxisGiven(node, scale))) {
                check(graph, node, Qdq.count(scale.get()), report);
            }
        }
    }

    /** One scale in a list of one, along an axis that is named: a channel axis of length 1. */
    private static boolean isAxisGiven(NodeProto node, Optional<TensorProto> scale) {
        return Nodes.attribute(node, "axis").isPresent() && scale.get().getDimsCount() > 0;
    }

    private static void check(GraphView graph, NodeProto node, long scales, Report report) {
        String tensor = Qdq.tensor(graph, node);
        Optional<TensorProto> weight = graph.movedConstant(tensor);
        if (weight.isEmpty()) {
            if (scales != 1) {
                report.error(
                        graph.layerOf(node),
                        tensor,
                        "an activation has " + scales + " scales",
                        ONE_SCALE);
            }
            return;
        }
        if (graph.model().opset() < 13 && scales != 1) {
            report.error(
                    graph.layerOf(node),
                    tensor,
                    "a scale per channel needs opset 13; the model is of " + graph.model().opset(),
                    "export with opset 13");
            return;
        }
        problem(graph, node, weight.get(), scales)
                .ifPresent(p -> report.error(graph.layerOf(node), tensor, p, remedy(weight.get())));
    }

    private static String remedy(TensorProto weight) {
        return weight.getDimsCount() == 0
                ? ONE_SCALE
                : "quantize weights along the axis of output channels: 0 of Conv, 1 of"
                        + " ConvTranspose, of Gemm by transB, the last of MatMul";
    }

    private static Optional<String> problem(
            GraphView graph, NodeProto node, TensorProto weight, long scales) {
        int rank = weight.getDimsCount();
        long axis = Nodes.integer(node, "axis", 1);
        int at = (int) (axis < 0 ? axis + rank : axis);
        if (rank == 0) {
            return Optional.of("a scalar has a scale per channel");
        }
        if (axis < -rank || axis >= rank) {
            return Optional.of(
                    String.format("axis %d of %s is none of %d", axis, node.getOpType(), rank));
        }
        if (weight.getDims(at) != scales) {
            return Optional.of(
                    String.format(
                            "%d scales for axis %d, which has %d", scales, at, weight.getDims(at)));
        }
        return scales == 1 || !Qdq.isDequantize(node) || node.getOutputCount() == 0
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
                Optional<Integer> channels = channelAxis(layer, rank);
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

    private static Optional<Integer> channelAxis(NodeProto layer, int rank) {
        if (Nodes.is(layer, "Conv")) {
            return Optional.of(0);
        }
        if (Nodes.is(layer, "ConvTranspose")) {
            return Optional.of(1);
        }
        if (Nodes.is(layer, "Gemm")) {
            return Optional.of(Nodes.integer(layer, "transB", 0) != 0 ? 0 : 1);
        }
        return Nodes.is(layer, "MatMul") && rank >= 2 ? Optional.of(rank - 1) : Optional.empty();
    }
}
