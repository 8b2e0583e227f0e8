package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.operators.OperatorSet;
import io.rangefinder.engine.operators.WeightedOperator;
import java.util.List;

/**
 * What becomes of the convolutions that TensorRT runs in INT8 only if they write INT8 ({@link
 * TensorRtLimits}), by what reads them.
 */
final class Int8Writers {

    /**
     * What reads in float, as a kernel of its own, what a convolution writes in INT8 and a DQ turns
     * back. Normalizations, products and their like run in regions (Myelin), which take the Q/DQ
     * before them with them, so that the convolution writes float.
     */
    private static final String[] OWN_KERNELS = {
        "Conv",
        "ConvTranspose",
        "MaxPool",
        "AveragePool",
        "GlobalAveragePool",
        "GlobalMaxPool",
        "Resize",
        "Upsample"
    };

    /** What such a region takes as well, if it leads there. */
    private static final String[] BETWEEN = {
        "Add", "Sub", "Relu", "Clip", "Concat", "Slice", "Pad", "Identity"
    };

    /** Swish and its like are two or three operators. */
    private static final int MOST_POINTWISE = 3;

    /** How far it is looked for what a region may begin with. */
    private static final int MOST_BETWEEN = 4;

    private final OnnxGraph graph;
    private final QuantizedReads reads;
    private final ReachingQ reaching;

    Int8Writers(OnnxGraph graph, QuantizedReads reads, ReachingQ reaching) {
        this.graph = graph;
        this.reads = reads;
        this.reaching = reaching;
    }

    /** What reads INT8 in one kernel with what it is fused with, and writes INT8 before a Q. */
    private static boolean isPointwise(NodeProto.Builder node) {
        return Nodes.is(node, "Mul")
                || OperatorSet.ACTIVATION.contains(node) && !OperatorSet.CLAMPING.contains(node);
    }

    /** How a convolution comes to write INT8. */
    enum Way {
        /** By a Q that is behind it anyway. */
        BY_ITSELF,
        /** By Q/DQ before the activation that it isn't fused with. */
        BEFORE_ITS_READERS,
        /** By Q/DQ before readers of float, each of which costs a DQ that is left over. */
        BEFORE_READERS_OF_FLOAT,
        /** Not: what reads it takes the Q/DQ before it away. */
        NONE
    }

    /** How a convolution that must can write INT8. */
    Way of(NodeProto.Builder convolution) {
        String output = convolution.getOutput(0);
        boolean takesSums = !isDepthwise(convolution);
        for (String fused = fusedBehind(output, takesSums);
                !fused.equals(output);
                fused = fusedBehind(output, takesSums)) {
            output = fused;
        }
        if (graph.isOutput(output) || graph.consumers(output).isEmpty()) {
            return inFloat(convolution);
        }
        if (reaching.contains(output) && isReadInInt8Only(output)) {
            return Way.BY_ITSELF;
        }
        return leadsToQ(TensorRtLimits.written(graph, convolution), MOST_POINTWISE)
                ? Way.BEFORE_ITS_READERS
                : inFloat(convolution);
    }

    private Way inFloat(NodeProto.Builder convolution) {
        String written = written(convolution);
        int axes = graph.constant(convolution.getInput(1)).map(w -> w.getDimsCount()).orElse(0);
        return reads.hasRange(written) && isReadByOwnKernels(written, axes, MOST_BETWEEN)
                ? Way.BEFORE_READERS_OF_FLOAT
                : Way.NONE;
    }

    /**
     * What a convolution writes if no Q is behind it yet: with a sum whose other side is INT8, as
     * one kernel makes it of both (QuantizeConvWithResidualAdd).
     */
    String written(NodeProto.Builder convolution) {
        String output = TensorRtLimits.written(graph, convolution);
        List<NodeProto.Builder> readers = graph.consumers(output);
        return !isDepthwise(convolution)
                        && readers.size() == 1
                        && !graph.isOutput(output)
                        && Nodes.is(readers.get(0), "Add")
                        && readers.get(0).getInputList().stream().anyMatch(reads::hasBesideLinear)
                ? TensorRtLimits.written(graph, readers.get(0))
                : output;
    }

    private boolean isReadByOwnKernels(String tensor, int axes, int mostBetween) {
        return graph.consumers(tensor).stream()
                .allMatch(
                        r ->
                                Nodes.is(r, OWN_KERNELS)
                                        || GlobalMeans.is(graph, r, axes)
                                        || (mostBetween > 0
                                                && (Nodes.is(r, BETWEEN) || isPointwise(r))
                                                && isReadByOwnKernels(
                                                        r.getOutput(0), axes, mostBetween - 1)));
    }

    /** A convolution of one channel a group is fused with no addition. */
    private boolean isDepthwise(NodeProto.Builder convolution) {
        return graph.constant(convolution.getInput(1))
                .filter(w -> WeightedOperator.isDepthwise(convolution, Tensors.shape(w)))
                .isPresent();
    }

    /** What one kernel writes with a tensor: after a normalization, an addition, an activation. */
    private String fusedBehind(String tensor, boolean takesSums) {
        List<NodeProto.Builder> readers = graph.consumers(tensor);
        if (readers.size() != 1 || graph.isOutput(tensor) || reads.hasBesideLinear(tensor)) {
            return tensor;
        }
        NodeProto.Builder reader = readers.get(0);
        boolean fused =
                Nodes.is(reader, "BatchNormalization")
                        || OperatorSet.CLAMPING.contains(reader)
                        || (takesSums && Nodes.is(reader, "Add") && reaching.containsAllOf(reader));
        return fused ? reader.getOutput(0) : tensor;
    }

    private boolean isReadInInt8Only(String tensor) {
        return graph.consumers(tensor).stream()
                .allMatch(
                        r ->
                                reads.isReadOf(r, tensor)
                                        || (ValueKeeping.passes(graph, r, tensor)
                                                && reaching.containsAllOf(r))
                                        || (Nodes.is(r, "Add") && reads.hasBesideLinear(tensor)));
    }

    private boolean leadsToQ(String tensor, int mostPointwise) {
        return reads.hasRange(tensor)
                && !graph.isOutput(tensor)
                && !graph.consumers(tensor).isEmpty()
                && graph.consumers(tensor).stream()
                        .allMatch(
                                r ->
                                        isPointwise(r)
                                                && (reaching.containsAllOf(r)
                                                        || (mostPointwise > 1
                                                                && leadsToQ(
                                                                        r.getOutput(0),
                                                                        mostPointwise - 1))));
    }
}
