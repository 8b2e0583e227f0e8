package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.operators.OperatorSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is made of one value for each channel, and goes back to maps: the gates of
 * squeeze-and-excitation, global context, pooled branches.
 *
 * <p>A layer in there multiplies a vector, some thousand products beside the millions of the layers
 * around, so that INT8 spares no time that could be measured; but it wants the pooled map in INT8,
 * which the multiplication reads in float, and TensorRT leaves a Quantize over at each (10.15, on
 * MobileNetV3, EfficientNet, RegNetY). A classifier at the end is none of these: its weight is
 * large and read once, which INT8 makes four times as fast, and its input is left alone.
 */
final class PooledVectors {

    private static final Set<Set<Long>> SPATIAL =
            Set.of(
                    Set.of(2L),
                    Set.of(2L, 3L),
                    Set.of(-2L, -1L),
                    Set.of(2L, 3L, 4L),
                    Set.of(-3L, -2L, -1L),
                    Set.of(1L, 2L));

    /** What makes maps of vectors. */
    private static final String[] SPREADING = {
        "Resize", "Upsample", "Expand", "Tile", "ConvTranspose", "Pad", "DepthToSpace"
    };

    private final OnnxGraph graph;
    private final Set<String> vectors = new HashSet<>();
    private final Set<String> leadingToMaps = new HashSet<>();

    /**
     * Looks at each node twice.
     *
     * @param graph the float graph
     * @param order its nodes in topological order
     */
    PooledVectors(OnnxGraph graph, List<NodeProto.Builder> order) {
        this.graph = graph;
        for (NodeProto.Builder node : order) {
            if (pools(node) || isMadeOfVectors(node)) {
                vectors.addAll(node.getOutputList());
            }
        }
        for (int i = order.size() - 1; i >= 0; i--) {
            for (String tensor : order.get(i).getOutputList()) {
                if (vectors.contains(tensor)
                        && graph.consumers(tensor).stream().anyMatch(this::leadsToMaps)) {
                    leadingToMaps.add(tensor);
                }
            }
        }
    }

    /** Whether a tensor is made of one value for each channel. */
    boolean contains(String tensor) {
        return vectors.contains(tensor);
    }

    /** Whether a layer reads a pooled vector and maps depend on what it makes. */
    boolean isGate(NodeProto.Builder layer) {
        return vectors.contains(layer.getInput(0)) && leadingToMaps.contains(layer.getOutput(0));
    }

    private boolean leadsToMaps(NodeProto.Builder reader) {
        return reader.getOutputList().stream()
                .anyMatch(o -> leadingToMaps.contains(o) || !vectors.contains(o));
    }

    private boolean pools(NodeProto.Builder node) {
        return OperatorSet.GLOBAL_POOLING.contains(node)
                || (OperatorSet.REDUCTION.contains(node)
                        && graph.numbers(node, "axes", 1)
                                .filter(a -> SPATIAL.contains(Set.copyOf(a)))
                                .isPresent());
    }

    private boolean isMadeOfVectors(NodeProto.Builder node) {
        List<String> values =
                node.getInputList().stream()
                        .filter(t -> !t.isEmpty() && graph.constant(t).isEmpty())
                        .toList();
        return !values.isEmpty()
                && vectors.containsAll(values)
                && !Nodes.is(node, SPREADING)
                && Nodes.bodies(node).isEmpty();
    }
}
