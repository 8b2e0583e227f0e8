package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.rangefinder.engine.onnx.Nodes;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * Before 10, TensorRT clamps int64 constants to int32 (convertINT64 in onnx2trt_utils.cpp of
 * onnx-tensorrt). That is right for the ends of Slice, where exporters write the greatest number
 * there is, and wrong wherever the value itself counts.
 */
final class IntegerRangeRule implements Rule {

    @Override
    public String name() {
        return "integer-range";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        if (!graph.version().isBefore10()) {
            return;
        }
        for (NodeProto node : graph.nodes()) {
            for (int i = 0; i < node.getInputCount(); i++) {
                String tensor = node.getInput(i);
                if (!Nodes.is(node, "Slice")
                        && graph.constant(tensor)
                                .filter(IntegerRangeRule::isOutOfRange)
                                .isPresent()) {
                    findings.warning(
                            Nodes.nameOf(node),
                            tensor,
                            "holds int64 values beyond int32, which " + graph.version() + " clamps",
                            "use values that int32 holds");
                }
            }
        }
    }

    private static boolean isOutOfRange(TensorProto tensor) {
        if (tensor.getDataType() != DataType.INT64_VALUE) {
            return false;
        }
        LongBuffer raw =
                tensor.getRawData()
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asLongBuffer();
        while (raw.hasRemaining()) {
            if (isOutOfRange(raw.get())) {
                return true;
            }
        }
        return tensor.getInt64DataList().stream().anyMatch(IntegerRangeRule::isOutOfRange);
    }

    private static boolean isOutOfRange(long value) {
        return value != (int) value;
    }
}
