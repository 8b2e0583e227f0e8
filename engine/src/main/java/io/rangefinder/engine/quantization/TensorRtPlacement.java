package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.Tensors;
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

    /** Edits the graph. Gives the tensors between layers that would be quantized with a range. */
    Set<String> apply(int weightBits) throws InvalidOnnxException {
        QuantizedReads reads = new QuantizedReads(ranges);
        Set<String> madeByConvolution = new HashSet<>();
        for (WeightedLayer layer : layers) {
            reads.add(layer.node(), 0);
            if (WeightedLayer.isConvolution(layer.node())) {
                madeByConvolution.add(layer.output());
            }
        }
        QuantizedInputs.apply(graph, reads);
        quantizeOutputs(reads);
        ResidualAdditions.apply(graph, reads, madeByConvolution);
        Map<String, Double> amaxes = ValueKeeping.amaxes(graph, reads);
        writeWeights(weightBits);
        reads.byTensor()
                .forEach(
                        (tensor, readers) ->
                                readers.forEach(
                                        r -> read(r.node(), r.input(), amaxes.get(tensor))));
        return reads.missingRanges();
    }

    /** Lets all read what a convolution must write as INT8 ({@link TensorRtLimits}). */
    private void quantizeOutputs(QuantizedReads reads) throws InvalidOnnxException {
        Set<String> reaching = ValueKeeping.reachingQ(graph, reads);
        for (WeightedLayer layer : layers) {
            String output = TensorRtLimits.written(graph, layer.node());
            if (TensorRtLimits.wantsInt8Output(layer.node(), layer.weight())
                    && !reaching.contains(output)) {
                for (NodeProto.Builder reader : graph.consumers(output)) {
                    for (int i = 0; i < reader.getInputCount(); i++) {
                        if (reader.getInput(i).equals(output)) {
                            reads.add(reader, i);
                        }
                    }
                }
            }
        }
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
