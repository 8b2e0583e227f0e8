package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.operators.WeightedOperator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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

    /**
     * How many convolutions in INT8 are worth a DQ that is left over behind them. With five before
     * a pooling as many layers are left as in float (10.15); two before the model's output leave
     * twice as many.
     */
    private static final int LAYERS_FOR_A_CONVERSION = 4;

    /** A model's file holds 2 GB at most, and a small one must not make a large one. */
    private static final long MOST_COPIED = 1L << 29;

    private static final String WRITES_INT8 =
            "TensorRT has INT8 for its groups or dimensions only where it writes INT8, and what it"
                    + " writes is read in float by ";

    private final OnnxGraph graph;
    private final DynamicRanges ranges;
    private final QdqWriter writer;
    private final Map<NodeProto.Builder, LeftInFloat> leftInFloat = new HashMap<>();
    private final Set<String> outputs = new LinkedHashSet<>();
    private final QuantizationOptions options;
    private List<WeightedLayer> layers;

    TensorRtPlacement(
            OnnxGraph graph,
            DynamicRanges ranges,
            List<WeightedLayer> layers,
            QuantizationOptions options) {
        this.graph = graph;
        this.ranges = ranges;
        this.layers = layers;
        this.options = options;
        writer = new QdqWriter(graph);
    }

    /** Edits the graph. Tells what it would have quantized with a range, and what cost more. */
    Placed apply() throws InvalidOnnxException {
        QuantizedReads reads = readLayers();
        List<NodeProto.Builder> order = graph.topologicalOrder();
        List<NodeProto.Builder> reversed = reversed(order);
        InFloatAnyway inFloatAnyway = inFloatAnyway(order);
        Set<String> madeByConvolution = new HashSet<>();
        for (WeightedLayer layer : layers) {
            if (WeightedOperator.isConvolution(layer.node())) {
                madeByConvolution.add(layer.output());
            }
        }
        ReachingQ reaching = ReachingQ.of(graph, reversed, reads, inFloatAnyway);
        ResidualAdditions.apply(order, reads, reaching, inFloatAnyway, madeByConvolution);
        SharedScales scales = new SharedScales(graph, reads);
        scales.ownRanges().stream()
                .map(CoverageReport.OwnRange::tensor)
                .filter(t -> !inFloatAnyway.contains(t))
                .forEach(t -> readThroughOwnRange(t, reads, reaching));
        List<NodeProto.Builder> joinings =
                order.stream().filter(n -> joinsFloat(n, reaching, inFloatAnyway)).toList();
        GateProducts.apply(
                graph, order, reads, ReachingQ.of(graph, reversed, reads, inFloatAnyway), layers);
        writeWeights(options.weightBits());
        reads.byTensor()
                .forEach(
                        (tensor, readers) ->
                                readers.forEach(
                                        r -> read(r.node(), r.input(), scales.amax(tensor))));
        joinings.forEach(this::holdQBehind);
        outputs.forEach(t -> writer.output(t, new DynamicRange(reads.amax(t)).scale()));
        return new Placed(reads.missingRanges(), scales.ownRanges(), leftInFloat, Set.of());
    }

    private InFloatAnyway inFloatAnyway(List<NodeProto.Builder> order) {
        return new InFloatAnyway(
                graph, order, layers.stream().map(WeightedLayer::node).collect(Collectors.toSet()));
    }

    private static List<NodeProto.Builder> reversed(List<NodeProto.Builder> order) {
        List<NodeProto.Builder> reversed = new ArrayList<>(order);
        Collections.reverse(reversed);
        return reversed;
    }

    /**
     * What layers read, and what must be read in INT8 for them. Takes the layers out that can't
     * write INT8 where they must, and those that could at the cost of DQ left over, unless there
     * are so many that these pay or the options want them; then looks again at those before them.
     */
    private QuantizedReads readLayers() throws InvalidOnnxException {
        List<NodeProto.Builder> order = graph.topologicalOrder();
        List<NodeProto.Builder> reversed = reversed(order);
        while (true) {
            QuantizedReads reads = new QuantizedReads(ranges);
            layers.forEach(layer -> reads.add(layer.node(), 0));
            InFloatAnyway inFloatAnyway = inFloatAnyway(order);
            IntegerSums sums = new IntegerSums(graph, reads, inFloatAnyway, order, layers);
            QuantizedInputs.apply(graph, reversed, reads, inFloatAnyway, sums);
            Int8Writers writers =
                    new Int8Writers(
                            graph, reads, ReachingQ.of(graph, reversed, reads, inFloatAnyway));
            Map<Int8Writers.Way, List<WeightedLayer>> byWay =
                    layers.stream()
                            .filter(l -> TensorRtLimits.wantsInt8Output(l.node(), l.weight()))
                            .collect(Collectors.groupingBy(l -> writers.of(l.node())));
            List<WeightedLayer> unfit = unfit(byWay, writers);
            if (unfit.isEmpty()) {
                byWay.getOrDefault(Int8Writers.Way.BEFORE_READERS_OF_FLOAT, List.of())
                        .forEach(l -> readInInt8(l, writers.written(l.node()), reads));
                byWay.getOrDefault(Int8Writers.Way.BEFORE_ITS_READERS, List.of())
                        .forEach(l -> readInInt8(l, written(l), reads));
                return reads;
            }
            unfit.forEach(l -> leftInFloat.put(l.node(), why(l, byWay, writers)));
            layers = layers.stream().filter(l -> !unfit.contains(l)).toList();
        }
    }

    private List<WeightedLayer> unfit(
            Map<Int8Writers.Way, List<WeightedLayer>> byWay, Int8Writers writers) {
        List<WeightedLayer> unable = byWay.getOrDefault(Int8Writers.Way.NONE, List.of());
        if (!unable.isEmpty()) {
            return unable;
        }
        List<WeightedLayer> costly =
                byWay.getOrDefault(Int8Writers.Way.BEFORE_READERS_OF_FLOAT, List.of()).stream()
                        .filter(l -> !options.wantsInInt8(l.node()))
                        .toList();
        int conversions =
                costly.stream()
                        .map(l -> graph.consumers(writers.written(l.node())))
                        .mapToInt(readers -> Math.max(1, readers.size()))
                        .sum();
        int all = byWay.values().stream().mapToInt(List::size).sum();
        return all < LAYERS_FOR_A_CONVERSION * conversions ? costly : List.of();
    }

    private LeftInFloat why(
            WeightedLayer layer,
            Map<Int8Writers.Way, List<WeightedLayer>> byWay,
            Int8Writers writers) {
        String readers =
                graph.consumers(writers.written(layer.node())).stream()
                        .map(r -> r.getOpType() + " " + Nodes.nameOf(r))
                        .collect(Collectors.joining(" and "));
        return byWay.getOrDefault(Int8Writers.Way.NONE, List.of()).contains(layer)
                ? LeftInFloat.unable(WRITES_INT8 + readers + ", which lets it write none")
                : LeftInFloat.byChoice(
                        WRITES_INT8 + readers + ", at a conversion that so few layers don't pay");
    }

    private String written(WeightedLayer layer) {
        return TensorRtLimits.written(graph, layer.node());
    }

    private void readInInt8(WeightedLayer layer, String output, QuantizedReads reads) {
        if (graph.isOutput(output)) {
            outputs.add(output);
            return;
        }
        int axes = layer.weight().getDimsCount();
        for (NodeProto.Builder reader : graph.consumers(output)) {
            boolean mean = GlobalMeans.is(graph, reader, axes);
            reads.addAll(mean ? GlobalMeans.asPooling(graph, reader) : reader, output);
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
    private void writeWeights(int bits) throws InvalidOnnxException {
        Map<String, QuantizedWeight> weights = new HashMap<>();
        Map<String, TensorProto> rounded = new HashMap<>();
        Map<String, String> shared = new HashMap<>();
        long copied = 0;
        for (WeightedLayer layer : layers) {
            String key = layer.weightKey();
            QuantizedWeight weight = weights.computeIfAbsent(key, k -> quantize(layer, bits));
            boolean again = rounded.containsKey(key);
            TensorProto values = rounded.computeIfAbsent(key, k -> rounded(layer, weight));
            String name;
            if (WeightedOperator.isLinear(layer.node())) {
                name = shared.computeIfAbsent(key, k -> writer.roundedWeight(values));
            } else {
                copied += again ? values.getRawData().size() : 0;
                requireFew(copied);
                name = writer.roundedWeight(values);
            }
            graph.setInput(layer.node(), 1, writer.weightForOne(name, weight));
        }
    }

    private void requireFew(long copied) throws InvalidOnnxException {
        if (copied > MOST_COPIED) {
            throw new InvalidOnnxException(
                    graph.source(),
                    "has convolutions that share weights, of which TensorRT's INT8 takes a copy"
                            + " for each, of more than "
                            + (MOST_COPIED >> 20)
                            + " MB in all; keep some of them in float (--float-layer,"
                            + " addFloatLayer), or export fewer steps");
        }
    }

    private static TensorProto rounded(WeightedLayer layer, QuantizedWeight weight) {
        return Tensors.floats(layer.weight().getName(), weight.dequantized(), weight.shape());
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
