package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.operators.OperatorSet;
import io.rangefinder.engine.operators.WeightedOperator;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which tensors stay integers on their way from one convolution to the next layer on a CPU.
 *
 * <p>A convolution gives integers, after its Relu if it has one, where a quantized layer reads them
 * in the end with no more than activations, sums and moves between: what is rounded is rounded
 * there anyway. Before anything else (a power, a logarithm, a normalization) eight bits may be far
 * too few, and TensorRT gives float there. ONNX Runtime's integer convolutions can't, so that such
 * a convolution computes in float what TensorRT computes in integers.
 *
 * <p>An addition, concatenation, pooling or reshaping passes them on if every side is an integer or
 * has a range, one side is an integer, and a quantized layer reads the result in the end. So the
 * residual stream of a transformer, which no convolution makes and only normalization reads, stays
 * float.
 */
final class IntegerFlow {

    /** The most operators between a convolution and who reads integers in the end. */
    private static final int MOST_BETWEEN = 8;

    private final OnnxGraph graph;
    private final DynamicRanges ranges;
    private final Set<String> integers = new LinkedHashSet<>();
    private final Map<NodeProto.Builder, List<String>> passing = new LinkedHashMap<>();
    private final Map<String, String> sameValues = new HashMap<>();
    private final Map<String, String> pooledAlone = new HashMap<>();
    private final Set<String> givingFloat = new LinkedHashSet<>();
    private final Set<String> missingRanges = new LinkedHashSet<>();

    IntegerFlow(
            OnnxGraph graph,
            DynamicRanges ranges,
            List<WeightedLayer> layers,
            QuantizationOptions options)
            throws InvalidOnnxException {
        this.graph = graph;
        this.ranges = ranges;
        Map<NodeProto.Builder, String> convolutions = new HashMap<>();
        Set<String> wanted = new HashSet<>();
        for (WeightedLayer layer : layers) {
            wanted.add(layer.activation());
            if (WeightedOperator.isConvolution(layer.node())) {
                convolutions.put(layer.node(), fusedOutput(graph, layer.node()));
            }
        }
        Map<NodeProto.Builder, String> candidates = new LinkedHashMap<>();
        List<NodeProto.Builder> order = graph.topologicalOrder();
        for (NodeProto.Builder node : order) {
            if (convolutions.containsKey(node)) {
                integers.add(convolutions.get(node));
            } else {
                passes(node).ifPresent(output -> candidates.put(node, output));
            }
        }
        for (ListIterator<NodeProto.Builder> at = order.listIterator(order.size());
                at.hasPrevious(); ) {
            NodeProto.Builder node = at.previous();
            if (!candidates.containsKey(node)) {
                continue;
            }
            if (wanted.contains(candidates.get(node))) {
                List<String> read = dataInputs(node);
                passing.put(node, read);
                wanted.addAll(read);
                if (OperatorSet.KEEPING_SCALE.contains(node)) {
                    sameValues.put(node.getOutput(0), node.getInput(0));
                    noteNarrowPooling(node);
                }
            } else {
                integers.remove(candidates.get(node));
            }
        }
        Set<String> leading = leadingTo(wanted, order);
        convolutions.forEach(
                (node, output) -> {
                    if (!leading.contains(output) && !options.wantsInInt8(node)) {
                        integers.remove(output);
                        givingFloat.add(Nodes.nameOf(node));
                    }
                });
    }

    /**
     * A maximum is the same of values that are cut off where its own range ends: if nothing else
     * reads them, they need no wider one, whose steps would be coarser.
     */
    private void noteNarrowPooling(NodeProto.Builder node) {
        String whole = node.getInput(0);
        String pooled = node.getOutput(0);
        if (Nodes.is(node, "MaxPool")
                && graph.consumers(whole).size() == 1
                && ranges.get(pooled).isPresent()
                && ranges.get(whole)
                        .filter(r -> r.amax() > ranges.get(pooled).get().amax())
                        .isPresent()) {
            pooledAlone.put(whole, pooled);
        }
    }

    /** Those of the graph's tensors that lead to wanted ones through what keeps errors small. */
    private Set<String> leadingTo(Set<String> wanted, List<NodeProto.Builder> order) {
        Map<String, Integer> steps = new HashMap<>();
        wanted.forEach(t -> steps.put(t, 0));
        for (ListIterator<NodeProto.Builder> at = order.listIterator(order.size());
                at.hasPrevious(); ) {
            NodeProto.Builder node = at.previous();
            if (OperatorSet.PASSING_ERRORS.contains(node)) {
                node.getOutputList().stream()
                        .filter(steps::containsKey)
                        .mapToInt(steps::get)
                        .filter(n -> n < MOST_BETWEEN)
                        .min()
                        .ifPresent(
                                n ->
                                        node.getInputList()
                                                .forEach(t -> steps.merge(t, n + 1, Math::min)));
            }
        }
        return steps.keySet();
    }

    /** The convolutions that compute in float from rounded inputs, by name. */
    Set<String> givingFloat() {
        return givingFloat;
    }

    /** The tensors that are made as integers. */
    Set<String> integers() {
        return integers;
    }

    /** The nodes that pass integers on, with the tensors that they read as integers. */
    Map<NodeProto.Builder, List<String>> passing() {
        return passing;
    }

    /** The results of additions and poolings that would be integers if they had a range. */
    Set<String> missingRanges() {
        return missingRanges;
    }

    /** The tensor whose range holds for another: itself, or what was reshaped or max-pooled. */
    String rangeOf(String tensor) {
        String origin = tensor;
        while (sameValues.containsKey(origin)) {
            origin = sameValues.get(origin);
        }
        return pooledAlone.getOrDefault(origin, origin);
    }

    /**
     * What a kernel writes: a node's output, or that of the Relu or Clip at 0 that alone reads it,
     * which quantization to uint8 does on the way.
     */
    static String fusedOutput(OnnxGraph graph, NodeProto.Builder node) {
        String output = node.getOutput(0);
        List<NodeProto.Builder> readers = graph.consumers(output);
        if (readers.size() == 1
                && !graph.isOutput(output)
                && (Nodes.is(readers.get(0), "Relu") || clipsAtZero(graph, readers.get(0)))) {
            return readers.get(0).getOutput(0);
        }
        return output;
    }

    /**
     * Whether a tensor's values are at least 0 by the operators that make them: so they are where
     * all that goes into them is. Each tensor is looked at once, however many paths lead to it.
     */
    static boolean isNonNegative(OnnxGraph graph, String tensor) {
        Set<String> seen = new HashSet<>(Set.of(tensor));
        Deque<String> left = new ArrayDeque<>(seen);
        while (!left.isEmpty()) {
            Optional<NodeProto.Builder> producer = graph.producer(left.remove());
            if (producer.isEmpty()) {
                return false;
            }
            NodeProto.Builder node = producer.get();
            if (OperatorSet.NON_NEGATIVE.contains(node) || clipsAtZero(graph, node)) {
                continue;
            }
            if (OperatorSet.KEEPING_SIGN.contains(node)) {
                left.addAll(seen.add(node.getInput(0)) ? List.of(node.getInput(0)) : List.of());
            } else if (Nodes.is(node, "Add", "Mul", "Concat")) {
                node.getInputList().stream().filter(seen::add).forEach(left::add);
            } else {
                return false;
            }
        }
        return true;
    }

    /** The upper bound of the Clip that makes a tensor, if one does. */
    static Optional<Float> upperBound(OnnxGraph graph, String tensor) {
        return graph.producer(tensor)
                .filter(n -> Nodes.is(n, "Clip"))
                .flatMap(n -> bound(graph, n, 2));
    }

    private static boolean clipsAtZero(OnnxGraph graph, NodeProto.Builder node) {
        return Nodes.is(node, "Clip") && bound(graph, node, 1).filter(b -> b == 0).isPresent();
    }

    private static Optional<Float> bound(OnnxGraph graph, NodeProto.Builder clip, int input) {
        return Nodes.input(clip, input)
                .flatMap(graph::constant)
                .filter(Tensors::isFloat)
                .filter(t -> Tensors.elements(t) == 1)
                .map(t -> Tensors.floats(t)[0]);
    }

    /** What a node would give as integers, if it can pass them on. */
    private Optional<String> passes(NodeProto.Builder node) {
        boolean keepsValues =
                OperatorSet.KEEPING_SCALE.contains(node) && node.getOutputCount() == 1;
        if (!keepsValues && !Nodes.is(node, "Add", "Concat", "GlobalAveragePool", "AveragePool")) {
            return Optional.empty();
        }
        List<String> read = dataInputs(node);
        String output = Nodes.is(node, "Add") ? fusedOutput(graph, node) : node.getOutput(0);
        if (read.stream().noneMatch(integers::contains)
                || read.stream().anyMatch(t -> graph.constant(t).isPresent())
                || graph.isOutput(output)) {
            return Optional.empty();
        }
        Set<String> missing = new LinkedHashSet<>(read);
        missing.removeIf(t -> integers.contains(t) || ranges.get(t).isPresent());
        if (!keepsValues && ranges.get(output).isEmpty()) {
            missing.add(output);
        }
        if (!missing.isEmpty()) {
            missingRanges.addAll(missing);
            return Optional.empty();
        }
        integers.add(output);
        return Optional.of(output);
    }

    private static List<String> dataInputs(NodeProto.Builder node) {
        return Nodes.is(node, "Add", "Concat")
                ? List.copyOf(node.getInputList())
                : List.of(node.getInput(0));
    }
}
