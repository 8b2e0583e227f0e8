package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.operators.OperatorSet;
import io.rangefinder.engine.operators.WeightedOperator;
import java.util.List;

/**
 * Which convolutions TensorRT runs in INT8 only under conditions, or not at all.
 *
 * <p>As its optimizer's log shows (10.15, one convolution a case): a convolution that runs in INT8
 * appears under {@code QuantizeDoubleInputNodes}, which takes its two DequantizeLinear away. One
 * that never does leaves Q/DQ over and loses accuracy for nothing.
 */
final class TensorRtLimits {

    /** Kernels that read INT8 and write float take channels in packs of this many. */
    private static final long PACK = 4;

    private TensorRtLimits() {}

    /**
     * Transposed convolutions in groups have no INT8 kernel, whatever is around them, and neither
     * have depthwise ones in three dimensions.
     */
    static boolean cannotRun(NodeProto.Builder node, TensorProto weight) {
        boolean grouped = Nodes.integer(node, "group", 1) > 1;
        boolean depthwise3d =
                Nodes.is(node, "Conv") && weight.getDimsCount() > 4 && weight.getDims(1) == 1;
        return grouped && (Nodes.is(node, "ConvTranspose") || depthwise3d);
    }

    /**
     * Convolutions in three dimensions, and in groups of few channels, run in INT8 if they write
     * INT8, too. In groups of a multiple of 4 channels, or one each of a multiple of 4, they write
     * float as well.
     */
    static boolean wantsInt8Output(NodeProto.Builder node, TensorProto weight) {
        if (!WeightedOperator.isConvolution(node)) {
            return false;
        }
        long groups = Nodes.integer(node, "group", 1);
        long read = weight.getDims(1);
        boolean depthwise = read == 1 && weight.getDims(0) == groups && groups % PACK == 0;
        return weight.getDimsCount() > 4 || (groups > 1 && read % PACK != 0 && !depthwise);
    }

    /** What a convolution writes: its output, or that of the Relu or Clip that alone reads it. */
    static String written(OnnxGraph graph, NodeProto.Builder node) {
        String output = node.getOutput(0);
        List<NodeProto.Builder> readers = graph.consumers(output);
        return readers.size() == 1
                        && !graph.isOutput(output)
                        && OperatorSet.CLAMPING.contains(readers.get(0))
                ? readers.get(0).getOutput(0)
                : output;
    }
}
