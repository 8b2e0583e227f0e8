package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The operators that give values they read, which TensorRT runs on INT8 as on anything else. */
final class ValueKeeping {

    /**
     * TensorRT moves Q and DQ across these: VanillaSwapWithFollowingQ, SplitQAcrossPrecedingFanIn.
     */
    private static final String[] MOVES = {
        "MaxPool", "Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze", "Concat", "Identity"
    };

    /** TensorRT moves DQ across these, but not Q. Across a padding it moves neither. */
    private static final String[] PARTS = {"Slice", "Split"};

    /** What a kernel does to its result on the way. */
    private static final String[] ACTIVATIONS = {"Relu", "Clip"};

    private ValueKeeping() {}

    /** Whether a node takes a part of a tensor. */
    static boolean takesPart(NodeProto.Builder node) {
        return Nodes.is(node, PARTS);
    }

    static boolean keepsValues(NodeProto.Builder node) {
        return Nodes.is(node, MOVES) || takesPart(node);
    }

    /** The inputs that hold values; the others hold shapes. */
    static List<String> dataInputs(NodeProto.Builder node) {
        return Nodes.is(node, "Concat") ? node.getInputList() : List.of(node.getInput(0));
    }

    /**
     * The tensors that reach a convolution's Q with nothing but value-keeping operators and
     * activations between, on every way: what makes such a tensor can write INT8.
     */
    static Set<String> reachingQ(OnnxGraph graph, QuantizedReads reads)
            throws InvalidOnnxException {
        List<NodeProto.Builder> order = graph.topologicalOrder();
        Collections.reverse(order);
        Set<String> reaching = new HashSet<>();
        for (NodeProto.Builder node : order) {
            for (String output : node.getOutputList()) {
                if (reads.hasBesideLinear(output)
                        || (!graph.isOutput(output)
                                && everyReaderPasses(graph, output, reaching))) {
                    reaching.add(output);
                }
            }
        }
        return reaching;
    }

    private static boolean everyReaderPasses(OnnxGraph graph, String tensor, Set<String> reaching) {
        List<NodeProto.Builder> readers = graph.consumers(tensor);
        return !readers.isEmpty()
                && readers.stream()
                        .allMatch(
                                r ->
                                        (keepsValues(r) || Nodes.is(r, ACTIVATIONS))
                                                && dataInputs(r).contains(tensor)
                                                && reaching.containsAll(r.getOutputList()));
    }

    /**
     * One scale for each group of quantized tensors that hold the same values.
     *
     * <p>TensorRT moves their Q to the tensor that they come from, the branches of a concatenation
     * for example. Two Q of one scale there become one, which a convolution does on writing
     * (HorizontalMergeQNodes); a second scale is left over as a layer, and DQ and Q of two scales
     * that meet as well (DqQFusion).
     */
    static Map<String, Double> amaxes(OnnxGraph graph, QuantizedReads reads) {
        Map<String, String> parents = new HashMap<>();
        for (NodeProto.Builder node : graph.nodes()) {
            if (keepsValues(node)) {
                String group = group(parents, node.getOutput(0));
                for (String tensor : node.getOutputList()) {
                    parents.put(group(parents, tensor), group);
                }
                for (String tensor : dataInputs(node)) {
                    parents.put(group(parents, tensor), group);
                }
            }
        }
        Map<String, Double> most = new HashMap<>();
        for (String tensor : reads.byTensor().keySet()) {
            if (reads.hasBesideLinear(tensor)) {
                most.merge(group(parents, tensor), reads.amax(tensor), Math::max);
            }
        }
        Map<String, Double> amaxes = new HashMap<>();
        for (String tensor : reads.byTensor().keySet()) {
            amaxes.put(
                    tensor,
                    reads.hasBesideLinear(tensor)
                            ? most.get(group(parents, tensor))
                            : reads.amax(tensor));
        }
        return amaxes;
    }

    private static String group(Map<String, String> parents, String tensor) {
        String group = tensor;
        while (!parents.getOrDefault(group, group).equals(group)) {
            group = parents.get(group);
        }
        parents.put(tensor, group);
        return group;
    }
}
