package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.operators.OperatorSet;
import io.rangefinder.engine.operators.WeightedOperator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Lets a sum read both its sides in INT8 where it goes to a Q and isn't fused with the convolution
 * that makes one of them.
 *
 * <p>TensorRT leaves a Dequantize over where one side comes from a DQ and the other in float. A
 * side that joins or parts what convolutions write (the blocks of GhostNet and ReXNet), or that a
 * convolution writes for others as well, is written in INT8 for nothing (QuantizeDoubleInputNodes).
 * What an elementwise operator makes is left alone: it is fused with the sum, in float.
 */
final class IntegerSums {

    private final OnnxGraph graph;
    private final QuantizedReads reads;
    private final InFloatAnyway inFloatAnyway;

    /** What is in INT8 if it is read so: convolutions write it, or it has a Q already. */
    private final Set<String> written = new HashSet<>();

    /** What convolutions make that become one with a sum. */
    private final Set<String> fusing = new HashSet<>();

    /**
     * Looks at each node once.
     *
     * @param reads what layers read
     * @param order the graph's nodes in topological order
     * @param layers the layers that are to run in INT8
     */
    IntegerSums(
            OnnxGraph graph,
            QuantizedReads reads,
            InFloatAnyway inFloatAnyway,
            List<NodeProto.Builder> order,
            List<WeightedLayer> layers) {
        this.graph = graph;
        this.reads = reads;
        this.inFloatAnyway = inFloatAnyway;
        for (WeightedLayer layer : layers) {
            if (WeightedOperator.isConvolution(layer.node())) {
                written.add(layer.output());
                if (!layer.isDepthwise()) {
                    fusing.add(layer.output());
                }
            }
        }
        for (NodeProto.Builder node : order) {
            if (givesOn(node) && written.containsAll(ValueKeeping.dataInputs(node))) {
                written.addAll(node.getOutputList());
            }
            node.getOutputList().stream().filter(reads::hasBesideLinear).forEach(written::add);
        }
    }

    private boolean givesOn(NodeProto.Builder node) {
        return ValueKeeping.keepsValues(graph, node) || OperatorSet.CLAMPING.contains(node);
    }

    /** The side of a sum that goes to a Q which is to be read in INT8 for the other's sake. */
    IntStream sides(NodeProto.Builder sum) {
        return IntStream.of(0, 1)
                .filter(i -> isInt8(sum.getInput(1 - i)) && wantsInt8(sum.getInput(i)));
    }

    /** Whether a sum may read a tensor in INT8: its other side leaves nothing over. */
    boolean mayRead(NodeProto.Builder sum, String tensor) {
        return Nodes.is(sum, "Add")
                && sum.getInputList().stream()
                        .filter(t -> !t.equals(tensor))
                        .allMatch(t -> isInt8(t) || wantsInt8(t));
    }

    private boolean isInt8(String side) {
        return reads.hasBesideLinear(side) || isFused(side);
    }

    private boolean isFused(String side) {
        return fusing.contains(side) && !graph.isShared(side);
    }

    private boolean wantsInt8(String side) {
        return !isInt8(side)
                && reads.hasRange(side)
                && !graph.isOutput(side)
                && !inFloatAnyway.contains(side)
                && written.contains(side);
    }
}
