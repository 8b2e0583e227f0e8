package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.operators.OperatorSet;
import io.rangefinder.engine.operators.WeightedOperator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writes a gate's convolutions as the matrix products that they are, where the map that they gate
 * would meet INT8 at the cost of a conversion.
 *
 * <p>A residual sum of a gated map (the blocks of SE-ResNet) is one kernel with the gate, in float,
 * and TensorRT leaves the Dequantize of the sum's other side over. A product begins a region
 * (Myelin), which takes pooling, gate, multiplication and sum together with the DQ before and the Q
 * behind them: nothing is left over, and nothing more is rounded. The same holds for what no kernel
 * writes INT8 after, such as the sum over branches of selective kernels.
 *
 * <p>Elsewhere a gated map writes INT8 itself, with the multiplication in one kernel, and a region
 * would leave the Q over that stands behind it.
 */
final class GateProducts {

    private final OnnxGraph graph;
    private final QuantizedReads reads;
    private final ReachingQ reaching;
    private final Set<NodeProto.Builder> writersOnly = new HashSet<>();
    private final PooledVectors vectors;

    /** Tensors of one value a channel, with all their axes. */
    private final Set<String> single = new HashSet<>();

    private GateProducts(
            OnnxGraph graph,
            List<NodeProto.Builder> order,
            QuantizedReads reads,
            ReachingQ reaching,
            List<WeightedLayer> layers) {
        this.graph = graph;
        this.reads = reads;
        this.reaching = reaching;
        vectors = new PooledVectors(graph, order);
        layers.stream()
                .filter(l -> TensorRtLimits.wantsInt8Output(l.node(), l.weight()))
                .forEach(l -> writersOnly.add(l.node()));
        for (NodeProto.Builder node : order) {
            if (isSingle(node)) {
                single.addAll(node.getOutputList());
            }
        }
    }

    /**
     * Edits the graph.
     *
     * @param order its nodes in topological order
     * @param reads all that is read in INT8
     * @param reaching the tensors that reach a Q, by these
     * @param layers the layers that are to run in INT8, of which none is written anew
     */
    static void apply(
            OnnxGraph graph,
            List<NodeProto.Builder> order,
            QuantizedReads reads,
            ReachingQ reaching,
            List<WeightedLayer> layers) {
        GateProducts products = new GateProducts(graph, order, reads, reaching, layers);
        Set<NodeProto.Builder> inInt8 = new HashSet<>();
        layers.forEach(l -> inInt8.add(l.node()));
        Set<NodeProto.Builder> gates = new LinkedHashSet<>();
        for (NodeProto.Builder node : order) {
            for (String tensor : products.gatedBefore(node)) {
                gates.addAll(products.gatesOf(tensor));
            }
        }
        gates.removeAll(inInt8);
        gates.forEach(products::write);
    }

    /** What a node reads in float that may be gated, if a conversion is left over there. */
    private List<String> gatedBefore(NodeProto.Builder node) {
        boolean sumOfBoth =
                Nodes.is(node, "Add")
                        && node.getInputList().stream().anyMatch(t -> reads.isReadOf(node, t));
        boolean writesFloat =
                reaching.containsAllOf(node)
                        && !ValueKeeping.keepsValues(graph, node)
                        && !InFloatAnyway.writesInt8(node)
                        && !WeightedOperator.is(node);
        return sumOfBoth || writesFloat
                ? node.getInputList().stream().filter(t -> !reads.isReadOf(node, t)).toList()
                : List.of();
    }

    /** The convolutions of the gates that a tensor is multiplied by, through elementwise nodes. */
    private List<NodeProto.Builder> gatesOf(String tensor) {
        List<NodeProto.Builder> gates = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Deque<String> ahead = new ArrayDeque<>(List.of(tensor));
        while (!ahead.isEmpty()) {
            String next = ahead.pop();
            Optional<NodeProto.Builder> producer = graph.producer(next);
            if (producer.isEmpty() || !seen.add(next)) {
                continue;
            }
            NodeProto.Builder node = producer.get();
            if (writersOnly.contains(node)) {
                // The region would take its Q/DQ, too.
                return List.of();
            }
            boolean vector = vectors.contains(next);
            if (vector && isProduct(node)) {
                gates.add(node);
            }
            if (vector || OperatorSet.IN_GATES.contains(node)) {
                ahead.addAll(node.getInputList());
            }
        }
        return gates;
    }

    private boolean isSingle(NodeProto.Builder node) {
        if (OperatorSet.GLOBAL_POOLING.contains(node)) {
            return true;
        }
        if (OperatorSet.REDUCTION.contains(node)) {
            return Nodes.integer(node, "keepdims", 1) != 0 && vectors.contains(node.getOutput(0));
        }
        if (Nodes.is(node, "Conv")) {
            return isProduct(node);
        }
        return OperatorSet.IN_GATES.contains(node)
                && node.getInputList().stream()
                        .allMatch(
                                t ->
                                        t.isEmpty()
                                                || single.contains(t)
                                                || graph.constant(t)
                                                        .filter(c -> isOneAChannel(node, c))
                                                        .isPresent());
    }

    private static boolean isOneAChannel(NodeProto.Builder node, TensorProto constant) {
        return Tensors.elements(constant) == 1 || Nodes.is(node, "BatchNormalization");
    }

    /** A kernel of one value that moves over one value. */
    private boolean isPlain(NodeProto.Builder convolution) {
        return graph.constant(convolution.getInput(1))
                        .filter(w -> Tensors.isFloat(w) && w.getDimsCount() > 2)
                        .filter(w -> Tensors.elements(w) == w.getDims(0) * w.getDims(1))
                        .isPresent()
                && Nodes.integer(convolution, "group", 1) == 1
                && Nodes.attribute(convolution, "pads").stream()
                        .map(AttributeProto::getIntsList)
                        .allMatch(pads -> pads.stream().allMatch(p -> p == 0));
    }

    private boolean isProduct(NodeProto.Builder node) {
        return Nodes.is(node, "Conv") && single.contains(node.getInput(0)) && isPlain(node);
    }

    private void write(NodeProto.Builder convolution) {
        TensorProto weight = graph.constant(convolution.getInput(1)).orElseThrow();
        String name = Nodes.nameOf(convolution);
        String output = convolution.getOutput(0);
        String matrix = graph.unusedName(weight.getName() + "_matrix");
        String row = graph.unusedName(output + "_row");
        String product = graph.unusedName(output + "_product");
        String shape = graph.unusedName(output + "_shape");
        graph.remove(convolution);
        graph.addInitializer(
                Tensors.floats(
                        matrix, Tensors.floats(weight), weight.getDims(0), weight.getDims(1)));
        List<Long> axes = new ArrayList<>(List.of(0L, -1L));
        weight.getDimsList().stream().skip(2).forEach(d -> axes.add(1L));
        graph.addInitializer(Tensors.longs(shape, axes));
        graph.add(
                Nodes.set(
                        Nodes.of(
                                "Flatten",
                                graph.unusedName(name + "_Flatten"),
                                List.of(convolution.getInput(0)),
                                row),
                        "axis",
                        1));
        List<String> inputs = new ArrayList<>(List.of(row, matrix));
        Nodes.input(convolution, 2).ifPresent(inputs::add);
        graph.add(Nodes.set(Nodes.of("Gemm", name, inputs, product), "transB", 1));
        graph.add(
                Nodes.of(
                        "Reshape",
                        graph.unusedName(name + "_Reshape"),
                        List.of(product, shape),
                        output));
    }
}
