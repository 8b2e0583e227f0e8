package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.operators.WeightedOperator;
import java.util.LinkedHashSet;
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

    private final OnnxGraph graph;
    private final QuantizedReads reads;
    private final ReachingQ reaching;

    private final IntegerSums sums;

    private QuantizedInputs(
            OnnxGraph graph, QuantizedReads reads, ReachingQ reaching, IntegerSums sums) {
        this.graph = graph;
        this.reads = reads;
        this.reaching = reaching;
        this.sums = sums;
    }

    /**
     * Sees to each tensor after all that is made from it, since what is decided there lets further
     * tensors reach a Q.
     *
     * @param reversed the graph's nodes, each before those whose tensors it reads
     */
    static void apply(
            OnnxGraph graph,
            List<NodeProto.Builder> reversed,
            QuantizedReads reads,
            InFloatAnyway inFloatAnyway,
            IntegerSums sums) {
        ReachingQ reaching = new ReachingQ(graph, reads, inFloatAnyway);
        QuantizedInputs inputs = new QuantizedInputs(graph, reads, reaching, sums);
        Set<String> given = new LinkedHashSet<>();
        for (NodeProto.Builder node : reversed) {
            for (String tensor : node.getOutputList()) {
                inputs.apply(tensor);
                reaching.add(tensor);
            }
            if (Nodes.is(node, "Add") && reaching.containsAllOf(node)) {
                sums.sides(node)
                        .filter(i -> inputs.isReadInInt8Only(node.getInput(i)))
                        .forEach(i -> reads.add(node, i));
            }
            given.addAll(node.getInputList());
        }
        given.removeIf(t -> graph.producer(t).isPresent());
        given.forEach(inputs::apply);
    }

    private void apply(String tensor) {
        List<NodeProto.Builder> readers = graph.consumers(tensor);
        List<NodeProto.Builder> wanting =
                readers.stream()
                        .filter(r -> r.getInput(0).equals(tensor) && wantsQuantized(r))
                        .toList();
        if (!wanting.isEmpty()
                && !graph.isOutput(tensor)
                && graph.constant(tensor).isEmpty()
                && isReadInInt8Only(tensor)) {
            wanting.forEach(r -> reads.add(r, 0));
        }
    }

    private boolean isReadInInt8Only(String tensor) {
        return graph.consumers(tensor).stream().allMatch(r -> leadsToQ(r, tensor));
    }

    /**
     * Whether a reader of a tensor is to be quantized, or has a Q behind it that moves before it.
     */
    private boolean leadsToQ(NodeProto.Builder reader, String tensor) {
        return reads.isReadOf(reader, tensor)
                || (reader.getInput(0).equals(tensor) && wantsQuantized(reader))
                || (reaching.containsAllOf(reader) && sums.mayRead(reader, tensor))
                || (ValueKeeping.keepsValues(graph, reader)
                        && ValueKeeping.passes(graph, reader, tensor)
                        && reaching.containsAllOf(reader));
    }

    private boolean wantsQuantized(NodeProto.Builder node) {
        return reaching.containsAllOf(node)
                && (Nodes.is(node, AVERAGES)
                        || (Nodes.is(node, "BatchNormalization") && !followsALayer(node))
                        || (ValueKeeping.takesPart(graph, node) && isNotMuchNarrower(node))
                        || (Nodes.is(node, "ReduceMean") && isOverHeightAndWidth(node)));
    }

    /** Else the part's own Q would come after one whose steps are too coarse for it. */
    private boolean isNotMuchNarrower(NodeProto.Builder part) {
        String whole = part.getInput(0);
        return !reads.hasRange(whole)
                || SharedScales.mayStandFor(reads.amax(whole), reaching.narrowestBehind(part));
    }

    /** Axes are an attribute before opset 18, and an input from then on. */
    private boolean isOverHeightAndWidth(NodeProto.Builder mean) {
        return graph.numbers(mean, "axes", 1).filter(HEIGHT_AND_WIDTH::contains).isPresent();
    }

    /** A layer's normalization becomes one with the layer, unless Q/DQ lie between. */
    private boolean followsALayer(NodeProto.Builder normalization) {
        return graph.producer(normalization.getInput(0)).filter(WeightedOperator::is).isPresent();
    }
}
