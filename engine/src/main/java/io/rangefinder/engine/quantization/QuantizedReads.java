package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.operators.WeightedOperator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which inputs of which nodes are to be read through Q/DQ: what rules decide before the graph is
 * edited. Not safe for use from several threads.
 */
final class QuantizedReads {

    private final DynamicRanges ranges;
    private final Map<String, Set<Read>> byTensor = new LinkedHashMap<>();
    private final Set<String> missingRanges = new LinkedHashSet<>();

    QuantizedReads(DynamicRanges ranges) {
        this.ranges = ranges;
    }

    /**
     * An input of a node.
     *
     * @param node the node
     * @param input the input's position
     */
    record Read(NodeProto.Builder node, int input) {}

    /** Lets a node read an input through Q/DQ, or notes that the input has no range. */
    void add(NodeProto.Builder node, int input) {
        String tensor = node.getInput(input);
        if (ranges.get(tensor).isEmpty()) {
            missingRanges.add(tensor);
            return;
        }
        byTensor.computeIfAbsent(tensor, t -> new LinkedHashSet<>()).add(new Read(node, input));
    }

    /** Lets a node read a tensor through Q/DQ, wherever it does. */
    void addAll(NodeProto.Builder node, String tensor) {
        for (int i = 0; i < node.getInputCount(); i++) {
            if (node.getInput(i).equals(tensor)) {
                add(node, i);
            }
        }
    }

    /** Whether a convolution, or an operator other than a linear layer, does. */
    boolean hasBesideLinear(String tensor) {
        return byTensor.getOrDefault(tensor, Set.of()).stream()
                .anyMatch(r -> !WeightedOperator.isLinear(r.node()));
    }

    /** Whether a node reads a tensor through Q/DQ, wherever it does. */
    boolean isReadOf(NodeProto.Builder node, String tensor) {
        Set<Read> readers = byTensor.getOrDefault(tensor, Set.of());
        return node.getInputList().contains(tensor)
                && IntStream.range(0, node.getInputCount())
                        .filter(i -> node.getInput(i).equals(tensor))
                        .allMatch(i -> readers.contains(new Read(node, i)));
    }

    /** The half-width of a tensor's range. */
    double amax(String tensor) {
        return ranges.get(tensor).orElseThrow().amax();
    }

    boolean hasRange(String tensor) {
        return ranges.get(tensor).isPresent();
    }

    void wantRange(String tensor) {
        missingRanges.add(tensor);
    }

    /** The tensors that are read through Q/DQ, and by whom, in order of decision. */
    Map<String, Set<Read>> byTensor() {
        return byTensor;
    }

    /** The tensors that a rule would have quantized if they had a range. */
    Set<String> missingRanges() {
        return missingRanges;
    }
}
