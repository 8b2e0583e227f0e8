package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.Tensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Places Q/DQ so that TensorRT's optimizer fuses most: on the input and the weight of every layer,
 * and on additions only where that lets a convolution and the addition become one.
 *
 * <p>An addition reads the quantized tensor if a convolution reads it too, which costs no further
 * Q/DQ. Where it joins two convolutions' outputs, one of them gets Q/DQ: the one of the smaller
 * range, whose steps are finer. Everything else, outputs included, stays float: TensorRT passes
 * INT8 through pooling, concatenation and reshaping by itself. For one use.
 */
final class TensorRtPlacement {

    private final OnnxGraph graph;
    private final DynamicRanges ranges;
    private final List<WeightedLayer> layers;
    private final QdqWriter writer;
    private final Set<String> missingRanges = new LinkedHashSet<>();

    TensorRtPlacement(OnnxGraph graph, DynamicRanges ranges, List<WeightedLayer> layers) {
        this.graph = graph;
        this.ranges = ranges;
        this.layers = layers;
        writer = new QdqWriter(graph);
    }

    /** Edits the graph. Gives the tensors of additions that have no range. */
    Set<String> apply(int weightBits) {
        Set<String> readByConvolution = new HashSet<>();
        Set<String> madeByConvolution = new HashSet<>();
        for (WeightedLayer layer : layers) {
            if (WeightedLayer.isConvolution(layer.node())) {
                readByConvolution.add(layer.activation());
                madeByConvolution.add(layer.output());
            }
        }
        Map<String, String> weights = new HashMap<>();
        for (WeightedLayer layer : layers) {
            String weight =
                    weights.computeIfAbsent(
                            layer.weightKey(),
                            k ->
                                    writer.weightBehindPair(
                                            layer.weight().getName(), quantize(layer, weightBits)));
            read(layer.node(), 0);
            graph.setInput(layer.node(), 1, weight);
        }
        for (NodeProto.Builder node : graph.nodes().toArray(NodeProto.Builder[]::new)) {
            if (Nodes.is(node, "Add")) {
                place(node, readByConvolution, madeByConvolution);
            }
        }
        return missingRanges;
    }

    private static QuantizedWeight quantize(WeightedLayer layer, int bits) {
        return QuantizedWeight.of(
                Tensors.floats(layer.weight()),
                Tensors.shape(layer.weight()),
                layer.channelAxis(),
                bits,
                new float[layer.channels()]);
    }

    private void place(
            NodeProto.Builder add, Set<String> readByConvolution, Set<String> madeByConvolution) {
        boolean joins = madeByConvolution.containsAll(add.getInputList());
        boolean shares = false;
        for (int i = 0; i < add.getInputCount(); i++) {
            if (readByConvolution.contains(add.getInput(i))) {
                read(add, i);
                shares = true;
            }
        }
        if (!joins || shares) {
            return;
        }
        List<Integer> sides = new ArrayList<>(List.of(0, 1));
        sides.removeIf(i -> ranges.get(add.getInput(i)).isEmpty());
        if (sides.isEmpty()) {
            missingRanges.addAll(add.getInputList());
            return;
        }
        sides.sort((a, b) -> Double.compare(amax(add, a), amax(add, b)));
        read(add, sides.get(0));
    }

    private double amax(NodeProto.Builder node, int input) {
        return ranges.get(node.getInput(input)).map(DynamicRange::amax).orElseThrow();
    }

    /** Lets a node read an input through Q/DQ. */
    private void read(NodeProto.Builder node, int input) {
        String tensor = node.getInput(input);
        graph.setInput(
                node, input, writer.activation(tensor, ranges.get(tensor).orElseThrow().scale()));
    }
}
