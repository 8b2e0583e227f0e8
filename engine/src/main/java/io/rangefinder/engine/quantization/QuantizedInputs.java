package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Lets operators between convolutions read INT8 where they can't read float and write INT8.
 *
 * <p>Before a convolution's Q a convolution, an activation or an elementwise operator writes INT8
 * itself. An average, a normalization or a part of a tensor can't do so from float: the Q would be
 * left over after it. With Q/DQ on its input, too, TensorRT's QuantizeGenericNodes runs it in INT8,
 * or VanillaSwapWithPreceedingDQ moves the DQ across it.
 *
 * <p>Only where all that read the input do so through Q/DQ; where one wants it in float, for
 * example the multiplication of squeeze-and-excitation, a layer would be left over all the same.
 */
final class QuantizedInputs {

    private static final String[] AVERAGES = {"AveragePool", "GlobalAveragePool"};
    private static final Set<List<Long>> HEIGHT_AND_WIDTH =
            Set.of(List.of(2L, 3L), List.of(-2L, -1L), List.of(-1L, -2L), List.of(3L, 2L));

    private QuantizedInputs() {}

    static void apply(OnnxGraph graph, QuantizedReads reads) throws InvalidOnnxException {
        List<NodeProto.Builder> order = graph.topologicalOrder();
        Collections.reverse(order);
        Set<String> reaching = ValueKeeping.reachingQ(graph, reads);
        for (NodeProto.Builder node : order) {
            // Each makes further tensors reach a Q, and those come later in this order.
            if (wantsQuantized(graph, node, reaching) && !reads.isRead(node)) {
                apply(graph, reads, node.getInput(0), reaching);
                reaching = ValueKeeping.reachingQ(graph, reads);
            }
        }
    }

    private static void apply(
            OnnxGraph graph, QuantizedReads reads, String tensor, Set<String> reaching) {
        List<NodeProto.Builder> readers = graph.consumers(tensor);
        boolean all =
                !graph.isOutput(tensor)
                        && graph.constant(tensor).isEmpty()
                        && readers.stream()
                                .allMatch(
                                        r ->
                                                reads.isRead(r)
                                                        || leadsToQ(graph, r, tensor, reaching));
        if (all) {
            readers.stream()
                    .filter(r -> wantsQuantized(graph, r, reaching) && r.getInput(0).equals(tensor))
                    .forEach(r -> reads.add(r, 0));
        }
    }

    /**
     * Whether a reader of a tensor is to be quantized, or has a Q behind it that moves before it.
     */
    private static boolean leadsToQ(
            OnnxGraph graph, NodeProto.Builder reader, String tensor, Set<String> reaching) {
        return wantsQuantized(graph, reader, reaching)
                || (ValueKeeping.keepsValues(reader)
                        && ValueKeeping.dataInputs(reader).contains(tensor)
                        && reaching.containsAll(reader.getOutputList()));
    }

    private static boolean wantsQuantized(
            OnnxGraph graph, NodeProto.Builder node, Set<String> reaching) {
        boolean can =
                Nodes.is(node, AVERAGES)
                        || (Nodes.is(node, "BatchNormalization") && !followsALayer(graph, node))
                        || ValueKeeping.takesPart(node)
                        || (Nodes.is(node, "ReduceMean")
                                && Nodes.attribute(node, "axes")
                                        .filter(a -> HEIGHT_AND_WIDTH.contains(a.getIntsList()))
                                        .isPresent());
        return can && reaching.containsAll(node.getOutputList());
    }

    /** A layer's normalization becomes one with the layer, unless Q/DQ lie between. */
    private static boolean followsALayer(OnnxGraph graph, NodeProto.Builder normalization) {
        return graph.producer(normalization.getInput(0))
                .filter(WeightedLayer::isWeighted)
                .isPresent();
    }
}
