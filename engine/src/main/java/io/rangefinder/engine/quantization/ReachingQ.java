package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors that reach a convolution's Q with nothing but value-keeping operators and activations
 * between, on every way: what makes such a tensor can write INT8. Filled from the graph's end, a
 * tensor after all that is made from it. Not safe for use from several threads.
 */
final class ReachingQ {

    private final OnnxGraph graph;
    private final QuantizedReads reads;
    private final InFloatAnyway inFloatAnyway;

    /** With the narrowest of the ranges that Q have there. */
    private final Map<String, Double> narrowest = new HashMap<>();

    ReachingQ(OnnxGraph graph, QuantizedReads reads, InFloatAnyway inFloatAnyway) {
        this.graph = graph;
        this.reads = reads;
        this.inFloatAnyway = inFloatAnyway;
    }

    /**
     * Fills all.
     *
     * @param reversed the graph's nodes, each before those whose tensors it reads
     */
    static ReachingQ of(
            OnnxGraph graph,
            List<NodeProto.Builder> reversed,
            QuantizedReads reads,
            InFloatAnyway inFloatAnyway) {
        ReachingQ reaching = new ReachingQ(graph, reads, inFloatAnyway);
        reversed.forEach(n -> n.getOutputList().forEach(reaching::add));
        return reaching;
    }

    /** Adds a tensor if it reaches a Q. */
    void add(String tensor) {
        if (graph.isOutput(tensor)) {
            return;
        }
        List<NodeProto.Builder> readers = graph.consumers(tensor);
        boolean quantized = reads.hasBesideLinear(tensor);
        boolean reaches =
                quantized
                        ? !inFloatAnyway.contains(tensor)
                                || readers.stream().allMatch(r -> readsInt8(r, tensor))
                        : !readers.isEmpty() && readers.stream().allMatch(r -> passes(r, tensor));
        if (reaches) {
            double own = quantized ? reads.amax(tensor) : Double.POSITIVE_INFINITY;
            narrowest.put(
                    tensor,
                    readers.stream()
                            .filter(r -> passes(r, tensor))
                            .mapToDouble(this::narrowestBehind)
                            .reduce(own, Math::min));
        }
    }

    boolean contains(String tensor) {
        return narrowest.containsKey(tensor);
    }

    /** Whether all that a node makes does. */
    boolean containsAllOf(NodeProto.Builder node) {
        return narrowest.keySet().containsAll(node.getOutputList());
    }

    /** The narrowest of the ranges of the Q that what a node makes reaches. */
    double narrowestBehind(NodeProto.Builder node) {
        return node.getOutputList().stream().mapToDouble(narrowest::get).min().orElseThrow();
    }

    private boolean passes(NodeProto.Builder reader, String tensor) {
        return ValueKeeping.passes(graph, reader, tensor) && containsAllOf(reader);
    }

    /**
     * Whether a node reads a quantized tensor through its Q, now or when sums have been seen to.
     */
    private boolean readsInt8(NodeProto.Builder reader, String tensor) {
        return reads.isReadOf(reader, tensor)
                || passes(reader, tensor)
                || (Nodes.is(reader, "Add") && containsAllOf(reader));
    }
}
