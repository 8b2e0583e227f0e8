package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.operators.WeightedOperator;

/**
 * Biases stay in float. Source: NVIDIA's developer guide, Explicit Quantization; 10.15 refuses a
 * DequantizeLinear of int32, and one of a float bias leaves three layers more.
 */
final class BiasRule implements Rule {

    private static final String REMEDY = "give the bias as a float constant";

    @Override
    public String name() {
        return "bias";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        for (NodeProto node : graph.nodes()) {
            if (WeightedOperator.takesBias(node)) {
                graph.producer(node, 2, Qdq.DEQUANTIZE)
                        .ifPresent(dq -> checkBias(graph, node, dq, findings));
            } else if (Qdq.isDequantize(node) && isInt32(graph, node) && !isBias(graph, node)) {
                findings.error(
                        graph.layerOf(node), node.getInput(0), "DequantizeLinear of int32", REMEDY);
            }
        }
    }

    private static void checkBias(
            GraphView graph, NodeProto layer, NodeProto dequantize, Findings findings) {
        boolean int32 = isInt32(graph, dequantize);
        findings.add(
                int32 ? Severity.ERROR : Severity.WARNING,
                Nodes.nameOf(layer),
                layer.getInput(2),
                int32 ? "its bias is quantized to int32" : "its bias is behind Q/DQ",
                REMEDY);
    }

    private static boolean isBias(GraphView graph, NodeProto dequantize) {
        return dequantize.getOutputCount() > 0
                && graph.readers(dequantize.getOutput(0)).stream()
                        .anyMatch(
                                r ->
                                        WeightedOperator.takesBias(r)
                                                && Nodes.input(r, 2)
                                                        .filter(dequantize.getOutput(0)::equals)
                                                        .isPresent());
    }

    private static boolean isInt32(GraphView graph, NodeProto dequantize) {
        return Nodes.input(dequantize, 0)
                .flatMap(graph::constant)
                .map(TensorProto::getDataType)
                .filter(t -> t == DataType.INT32_VALUE)
                .isPresent();
    }
}
