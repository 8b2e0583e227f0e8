package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.rangefinder.engine.onnx.Nodes;
import java.util.Optional;

/**
 * TensorRT 8 wants weights as float constants before Q and DQ; int8 constants before a DQ alone are
 * for 10. Source: "invalid weights type of Int8" in 8.x (<a
 * href="https://github.com/microsoft/onnxruntime/issues/11535">onnxruntime 11535</a>); 10's
 * developer guide, Explicit Quantization, has both forms. 8.x and 10 know no uint8 weights.
 */
final class Int8WeightRule implements Rule {

    @Override
    public String name() {
        return "int8-weight";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        for (NodeProto node : graph.nodes()) {
            Optional<TensorProto> values =
                    Qdq.isDequantize(node)
                            ? Nodes.input(node, 0).flatMap(graph::movedConstant)
                            : Optional.empty();
            values.map(TensorProto::getDataType)
                    .filter(type -> isRefused(type, graph.version()))
                    .ifPresent(
                            type ->
                                    findings.error(
                                            graph.layerOf(node),
                                            node.getInput(0),
                                            "is a constant of "
                                                    + Qdq.type(type)
                                                    + " behind a DequantizeLinear alone",
                                            "write the float weight before QuantizeLinear and"
                                                    + " DequantizeLinear (Rangefinder's --target"
                                                    + " tensorrt does)"));
        }
    }

    private static boolean isRefused(int type, TensorRtVersion version) {
        return type == DataType.UINT8_VALUE || type == DataType.INT8_VALUE && version.isBefore10();
    }
}
