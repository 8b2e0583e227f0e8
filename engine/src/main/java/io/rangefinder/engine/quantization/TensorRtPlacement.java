package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Places Q/DQ so that TensorRT's optimizer leaves as few layers as in float: on the input and the
 * weight of every layer, and between layers where that lets TensorRT fuse more ({@link
 * QuantizedInputs}, {@link ResidualAdditions}). Everything else, outputs included, stays float:
 * TensorRT passes INT8 through pooling, concatenation and reshaping by itself. For one use.
 *
 * <p>A tensor has one Q, with a DQ for each that reads it. TensorRT makes as many of one DQ
 * (SplitDQAcrossFanOut), but only after it has put transformers' operators into regions of their
 * own (Myelin); a DQ that such an operator and a convolution share goes with the former, and the
 * convolution is left in float.
 */
final class TensorRtPlacement {

    private final OnnxGraph graph;
    private final DynamicRanges ranges;
    private final List<WeightedLayer> layers;
    private final QdqWriter writer;

    TensorRtPlacement(OnnxGraph graph, DynamicRanges ranges, List<WeightedLayer> layers) {
        this.graph = graph;
        this.ranges = ranges;
        this.layers = layers;
        writer = new QdqWriter(graph);
    }

    /** Edits the graph. Tells what it would have quantized with a range, and what cost more. */
    Placed apply(int weightBits) throws InvalidOnnxException {
        List<NodeProto.Builder> order = graph.topologicalOrder();
        QuantizedReads reads = new QuantizedReads(ranges);
        Set<String> madeByConvolution = new HashSet<>();
        Set<NodeProto.Builder> nodes = new HashSet<>();
        for (WeightedLayer layer : layers) {
            nodes.add(layer.node());
            reads.add(layer.node(), 0);
            if (WeightedLayer.isConvolution(layer.node())) {
                madeByConvolution.add(layer.output());
            }
        }
        InFloatAnyway inFloatAnyway = new InFloatAnyway(graph, order, nodes);
        List<NodeProto.Builder> reversed = new ArrayList<>(order);
        Collections.reverse(reversed);
        QuantizedInputs.apply(graph, reversed, reads, inFloatAnyway);
        quantizeOutputs(reads, ReachingQ.of(graph, reversed, reads, inFloatAnyway));
        ReachingQ reaching = ReachingQ.of(graph, reversed, reads, inFloatAnyway);
        ResidualAdditions.apply(order, reads, reaching, inFloatAnyway, madeByConvolution);
        SharedScales scales = new SharedScales(graph, reads);
        scales.ownRanges().stream()
                .map(CoverageReport.OwnRange::tensor)
                .filter(t -> !inFloatAnyway.contains(t))
                .forEach(t -> readThroughOwnRange(t, reads, reaching));
        List<NodeProto.Builder> joinings =
                order.stream().filter(n -> joinsFloat(n, reaching, inFloatAnyway)).toList();
        writeWeights(weightBits);
        reads.byTensor()
                .forEach(
                        (tensor, readers) ->
                                readers.forEach(
                                        r -> read(r.node(), r.input(), scales.amax(tensor))));
        joinings.forEach(this::holdQBehind);
        return new Placed(reads.missingRanges(), scales.ownRanges());
    }

    /** Lets all read what a convolution must write as INT8 ({@link TensorRtLimits}). */
    private void quantizeOutputs(QuantizedReads reads, ReachingQ reaching) {
        for (WeightedLayer layer : layers) {
            String output = TensorRtLimits.written(graph, layer.node());
            if (TensorRtLimits.wantsInt8Output(layer.node(), layer.weight())
                    && !reaching.contains(output)) {
                graph.consumers(output).forEach(reader -> reads.addAll(reader, output));
            }
        }
    }

    /**
     * Lets what leads to a wider range read a tensor of a narrow one through the latter's Q/DQ: its
     * steps are finer, one conversion stands between the two (DqQFusion), and what makes the tensor
     * writes INT8.
     */
    private void readThroughOwnRange(String tensor, QuantizedReads reads, ReachingQ reaching) {
        for (NodeProto.Builder reader : graph.consumers(tensor)) {
            if (ValueKeeping.keepsValues(graph, reader)
                    && ValueKeeping.passes(graph, reader, tensor)
                    && reaching.containsAllOf(reader)) {
                reads.addAll(reader, tensor);
            }
        }
    }

    /** Whether a Q that moves before a concatenation would be left over on several of its parts. */
    private static boolean joinsFloat(
            NodeProto.Builder node, ReachingQ reaching, InFloatAnyway inFloatAnyway) {
        return Nodes.is(node, "Concat")
                && reaching.containsAllOf(node)
                && node.getInputList().stream()
                                .distinct()
                                .filter(inFloatAnyway::contains)
                                .limit(2)
                                .count()
                        > 1;
    }

    /**
     * Adds zero to what a concatenation gives. TensorRT writes INT8 from the addition, once for all
     * parts, where it would otherwise move the Q to each (SplitQAcrossPrecedingFanIn).
     */
    private void holdQBehind(NodeProto.Builder concatenation) {
        String tensor = concatenation.getOutput(0);
        String parts = graph.unusedName(tensor + "_parts");
        String zero = graph.unusedName(tensor + "_zero");
        graph.remove(concatenation);
        graph.add(concatenation.setOutput(0, parts));
        graph.addInitializer(Tensors.floats(zero, new float[1], 1));
        graph.add(Nodes.of("Add", parts, List.of(parts, zero), tensor));
    }

    private void read(NodeProto.Builder node, int input, double amax) {
        String tensor = node.getInput(input);
        graph.setInput(
                node, input, writer.activationForOne(tensor, new DynamicRange(amax).scale()));
    }

    /**
     * Weights. A convolution's is a constant of its own: TensorRT fuses none that two share
     * (ConstWeightsQuantizeFusion), and fails to build. Linear layers, which run in regions, may
     * share: a recurrent network has one weight at every step.
     */
    private void writeWeights(int bits) {
        Map<String, QuantizedWeight> weights = new HashMap<>();
        Map<String, String> shared = new HashMap<>();
        for (WeightedLayer layer : layers) {
            QuantizedWeight weight =
                    weights.computeIfAbsent(layer.weightKey(), k -> quantize(layer, bits));
            String name =
                    WeightedLayer.isLinear(layer.node())
                            ? shared.computeIfAbsent(layer.weightKey(), k -> rounded(layer, weight))
                            : rounded(layer, weight);
            graph.setInput(layer.node(), 1, writer.weightForOne(name, weight));
        }
    }

    private String rounded(WeightedLayer layer, QuantizedWeight weight) {
        return writer.roundedWeight(layer.weight().getName(), weight);
    }

    private static QuantizedWeight quantize(WeightedLayer layer, int bits) {
        return QuantizedWeight.of(
                Tensors.floats(layer.weight()),
                Tensors.shape(layer.weight()),
                layer.channelAxis(),
                bits,
                new float[layer.channels()]);
    }
}
