package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.operators.OperatorSet;
import java.util.Locale;
import java.util.Optional;

/** What QuantizeLinear, DequantizeLinear and weighted layers have in common. Stateless. */
final class Qdq {

    static final String QUANTIZE = "QuantizeLinear";
    static final String DEQUANTIZE = "DequantizeLinear";

    private Qdq() {}

    static boolean is(NodeProto node) {
        return Nodes.is(node, QUANTIZE, DEQUANTIZE);
    }

    static boolean isQuantize(NodeProto node) {
        return Nodes.is(node, QUANTIZE);
    }

    static boolean isDequantize(NodeProto node) {
        return Nodes.is(node, DEQUANTIZE);
    }

    /** Whether a node only moves values, so that TensorRT moves Q/DQ across it. */
    static boolean moves(NodeProto node) {
        return OperatorSet.CROSSED_BY_QDQ.contains(node);
    }

    /** The tensor that a Q or DQ is about: what Q reads; for a DQ behind its Q what that reads. */
    static String tensor(GraphView graph, NodeProto node) {
        return graph.producer(node, 0, QUANTIZE)
                .filter(q -> isDequantize(node))
                .flatMap(q -> Nodes.input(q, 0))
                .or(() -> Nodes.input(node, 0))
                .orElse("");
    }

    static Optional<float[]> scales(GraphView graph, NodeProto node) {
        return graph.constant(node, 1).filter(Qdq::isSoundFloat).map(Tensors::floats);
    }

    /** Bodies in lists of graphs come unchecked, so their tensors may declare what they lack. */
    private static boolean isSoundFloat(TensorProto tensor) {
        long count = count(tensor);
        return Tensors.isFloat(tensor)
                && count >= 0
                && (tensor.hasRawData()
                        ? tensor.getRawData().size() == 4 * count
                        : tensor.getFloatDataCount() == count);
    }

    /** The number of elements, or -1 above what a file can hold. */
    static long count(TensorProto tensor) {
        long count = 1;
        for (long axis : tensor.getDimsList()) {
            if (axis < 0 || axis > Integer.MAX_VALUE || count * axis > Integer.MAX_VALUE) {
                return -1;
            }
            count *= axis;
        }
        return count;
    }

    static boolean isZero(TensorProto tensor) {
        ByteString raw = tensor.getRawData();
        for (int i = 0; i < raw.size(); i++) {
            if (raw.byteAt(i) != 0) {
                return false;
            }
        }
        return tensor.getInt32DataList().stream().allMatch(v -> v == 0);
    }

    static String type(int type) {
        return Optional.ofNullable(DataType.forNumber(type))
                .map(t -> t.name().toLowerCase(Locale.ROOT))
                .orElse("type " + type);
    }
}
