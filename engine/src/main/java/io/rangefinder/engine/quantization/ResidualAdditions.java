package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Lets an addition become one with the convolution that makes one of its sides
 * (QuantizeConvWithResidualAdd, ConvEltwiseSumFusion).
 *
 * <p>TensorRT does so in INT8 if the sum goes to a Q and the other side comes from a DQ. A side
 * that a convolution reads has a Q already and is read through it: what makes that side then writes
 * INT8 only. A sum that stays float reads in float what is there in float anyway ({@link
 * InFloatAnyway}). Where both sides are made by convolutions and the sum goes to a Q, the side of
 * the smaller range gets Q/DQ, whose steps are finer.
 */
final class ResidualAdditions {

    private ResidualAdditions() {}

    static void apply(
            List<NodeProto.Builder> order,
            QuantizedReads reads,
            ReachingQ reaching,
            InFloatAnyway inFloatAnyway,
            Set<String> madeByConvolution) {
        for (NodeProto.Builder node : order) {
            if (Nodes.is(node, "Add")) {
                boolean toInt8 = reaching.contains(node.getOutput(0));
                List<Integer> shared =
                        IntStream.of(0, 1)
                                .filter(i -> reads.hasBesideLinear(node.getInput(i)))
                                .filter(i -> toInt8 || !inFloatAnyway.contains(node.getInput(i)))
                                .boxed()
                                .toList();
                shared.forEach(i -> reads.add(node, i));
                if (shared.isEmpty()
                        && toInt8
                        && madeByConvolution.containsAll(node.getInputList())) {
                    quantizeOneSide(node, reads);
                }
            }
        }
    }

    private static void quantizeOneSide(NodeProto.Builder add, QuantizedReads reads) {
        IntStream.of(0, 1)
                .filter(i -> reads.hasRange(add.getInput(i)))
                .boxed()
                .min((a, b) -> Double.compare(amax(reads, add, a), amax(reads, add, b)))
                .ifPresentOrElse(
                        i -> reads.add(add, i), () -> add.getInputList().forEach(reads::wantRange));
    }

    private static double amax(QuantizedReads reads, NodeProto.Builder add, int input) {
        return reads.amax(add.getInput(input));
    }
}
