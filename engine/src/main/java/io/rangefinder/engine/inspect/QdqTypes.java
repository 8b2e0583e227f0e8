package io.rangefinder.engine.inspect;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What type the Q/DQ before a tensor go through. Stateless. */
final class QdqTypes {

    private static final Set<DataType> INT8 = Set.of(DataType.INT8, DataType.UINT8);

    private QdqTypes() {}

    /** The type, if it isn't INT8; empty as well if there are no Q/DQ, or none says its type. */
    static Optional<String> other(OnnxGraph graph, String tensor) {
        return pair(graph, tensor).stream()
                .flatMap(node -> type(graph, node).stream())
                .findFirst()
                .filter(type -> !INT8.contains(type))
                .map(DataType::name);
    }

    /** The DQ that makes a tensor, and the Q before it. */
    private static List<NodeProto.Builder> pair(OnnxGraph graph, String tensor) {
        Optional<NodeProto.Builder> dequantize =
                graph.producer(tensor).filter(n -> Nodes.is(n, "DequantizeLinear"));
        return Stream.concat(
                        dequantize.stream(),
                        dequantize.flatMap(n -> graph.producer(n.getInput(0))).stream())
                .filter(ModelLayers::isQdq)
                .toList();
    }

    /** As the zero point has it, the attribute of Q, or the constant that DQ reads. */
    private static Optional<DataType> type(OnnxGraph graph, NodeProto.Builder node) {
        Optional<Integer> given =
                Nodes.input(node, 2)
                        .flatMap(graph::constant)
                        .or(
                                () ->
                                        Nodes.is(node, "DequantizeLinear")
                                                ? graph.constant(node.getInput(0))
                                                : Optional.empty())
                        .map(TensorProto::getDataType)
                        .or(
                                () ->
                                        Nodes.attribute(node, "output_dtype")
                                                .filter(a -> Nodes.is(node, "QuantizeLinear"))
                                                .map(a -> Math.toIntExact(a.getI())));
        return given.map(DataType::forNumber).filter(type -> type != DataType.UNDEFINED);
    }
}
