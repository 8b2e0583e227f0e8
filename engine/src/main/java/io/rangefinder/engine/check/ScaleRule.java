package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.onnx.Tensors;
import java.util.Optional;

/**
 * Scales are float32 constants, positive and finite.
 *
 * <p>Source: QuantDequantLinearHelper in builtin_op_importers.cpp of onnx-tensorrt 8.4 and 8.6. It
 * refuses scales that are not greater than 0, reads their bytes as float32 whatever their type, and
 * passes infinity on; TensorRT takes a scale as a build-time constant only (IQuantizeLayer).
 */
final class ScaleRule implements Rule {

    @Override
    public String name() {
        return "scale";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        for (NodeProto node : graph.nodes()) {
            if (!Qdq.is(node)) {
                continue;
            }
            Optional<TensorProto> scale = graph.constant(node, 1);
            if (scale.isEmpty()) {
                findings.error(
                        graph.layerOf(node),
                        Qdq.tensor(graph, node),
                        "the scale of " + node.getOpType() + " is computed by the model",
                        "use static ranges: give the scale as an initializer");
            } else if (!Tensors.isFloat(scale.get())) {
                boolean halfIn10 = !graph.version().isBefore10() && isHalf(scale.get());
                findings.add(
                        halfIn10 ? Severity.WARNING : Severity.ERROR,
                        graph.layerOf(node),
                        Qdq.tensor(graph, node),
                        String.format(
                                "the scale of %s is of type %s",
                                node.getOpType(), Qdq.type(scale.get().getDataType())),
                        "give it in float32");
            } else {
                check(graph, node, findings);
            }
        }
    }

    private static boolean isHalf(TensorProto scale) {
        int type = scale.getDataType();
        return type == TensorProto.DataType.FLOAT16_VALUE
                || type == TensorProto.DataType.BFLOAT16_VALUE;
    }

    private static void check(GraphView graph, NodeProto node, Findings findings) {
        float[] scales = Qdq.scales(graph, node).orElse(new float[0]);
        if (scales.length == 0) {
            findings.error(
                    graph.layerOf(node),
                    Qdq.tensor(graph, node),
                    node.getOpType() + " has a scale without a value",
                    "export the model again");
        }
        for (int i = 0; i < scales.length; i++) {
            if (!(scales[i] > 0) || Float.isInfinite(scales[i])) {
                findings.error(
                        graph.layerOf(node),
                        Qdq.tensor(graph, node),
                        String.format(
                                "scale %d of %s is %s, not a positive number",
                                i, node.getOpType(), scales[i]),
                        "capture ranges anew; amax must be greater than 0");
                return;
            }
        }
    }
}
