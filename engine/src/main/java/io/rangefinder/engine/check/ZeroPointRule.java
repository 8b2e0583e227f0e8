package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.rangefinder.engine.onnx.Nodes;
import java.util.Optional;

/**
 * Zero points are int8 constants of 0, as many as scales.
 *
 * <p>Source: QuantDequantLinearHelper in builtin_op_importers.cpp of onnx-tensorrt. 8.4 and 8.6
 * want the third input, 8.6 refuses uint8, and a zero point that a node hands on becomes a tensor
 * of int8 values, which 8.x cannot hold ("invalid weights type of Int8"). 10 is content with uint8
 * zeros and with none.
 */
final class ZeroPointRule implements Rule {

    @Override
    public String name() {
        return "zero-point";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        for (NodeProto node : graph.nodes()) {
            if (Qdq.is(node)) {
                problem(graph, node)
                        .ifPresent(
                                p ->
                                        findings.error(
                                                graph.layerOf(node),
                                                Qdq.tensor(graph, node),
                                                p,
                                                "quantize symmetrically: an int8 initializer of 0"
                                                        + " for each scale"));
            }
        }
    }

    private static Optional<String> problem(GraphView graph, NodeProto node) {
        String operator = node.getOpType();
        boolean before10 = graph.version().isBefore10();
        if (Nodes.input(node, 2).isEmpty()) {
            return before10
                    ? Optional.of(operator + " has no zero point, which means uint8")
                    : Optional.empty();
        }
        Optional<TensorProto> zero = graph.constant(node, 2);
        if (zero.isEmpty()) {
            return before10 || graph.movedConstant(node.getInput(2)).isEmpty()
                    ? Optional.of("the zero point of " + operator + " is no initializer")
                    : Optional.empty();
        }
        TensorProto value = zero.get();
        if (!Qdq.isZero(value)) {
            return Optional.of("the zero point of " + operator + " is not 0");
        }
        // An int32 bias behind DQ is BiasRule's.
        if (value.getDataType() == DataType.UINT8_VALUE && before10
                || Qdq.isQuantize(node) && !isQuantized(value, graph.version())) {
            return Optional.of(
                    "the zero point of " + operator + " is " + Qdq.type(value.getDataType()));
        }
        Optional<Long> scales = graph.constant(node, 1).map(Qdq::count);
        if (scales.isPresent() && scales.get() != Qdq.count(value)) {
            return Optional.of(
                    String.format(
                            "%s has %d zero points for %d scales",
                            operator, Qdq.count(value), scales.get()));
        }
        return Optional.empty();
    }

    private static boolean isQuantized(TensorProto zeroPoint, TensorRtVersion version) {
        return zeroPoint.getDataType() == DataType.INT8_VALUE
                || !version.isBefore10() && zeroPoint.getDataType() != DataType.INT32_VALUE;
    }
}
