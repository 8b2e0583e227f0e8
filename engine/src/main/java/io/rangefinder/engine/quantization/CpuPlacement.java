package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.Tensors;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Places Q/DQ so that ONNX Runtime's CPU provider finds its integer kernels: around layers, on what
 * convolutions give, and around the operators between that pass integers on ({@link IntegerFlow}).
 *
 * <p>Activations are uint8. One that cannot be negative has zero point 0 and scale {@code amax /
 * 255}: the symmetric range's upper half in twice as many steps. Others have zero point 128 and
 * scale {@code amax / 127}. Bias is int32 with scale (input's) * (weight's). For one use.
 */
final class CpuPlacement {

    private static final int ZERO_POINT = 128;

    /** Leaves room so that a bias, and the sum it starts, stay within int32. */
    private static final double MOST_BIAS = 1 << 30;

    private final OnnxGraph graph;
    private final DynamicRanges ranges;
    private final List<WeightedLayer> layers;
    private final QdqWriter writer;
    private final IntegerFlow flow;
    private final QuantizationOptions options;
    private final Map<String, Quantization> quantizations = new HashMap<>();

    CpuPlacement(
            OnnxGraph graph,
            DynamicRanges ranges,
            List<WeightedLayer> layers,
            QuantizationOptions options)
            throws InvalidOnnxException {
        this.graph = graph;
        this.ranges = ranges;
        this.layers = layers;
        writer = new QdqWriter(graph);
        this.options = options;
        flow = new IntegerFlow(graph, ranges, layers, options);
    }

    /**
     * How an activation becomes uint8.
     *
     * @param scale the step
     * @param zeroPoint what 0 becomes
     */
    private record Quantization(float scale, int zeroPoint) {}

    /** Edits the graph. Tells what it would have quantized with a range. */
    Placed apply() {
        // Everything is looked up in the float graph before the first edit hides its producers.
        flow.integers().forEach(this::quantization);
        flow.passing().values().forEach(read -> read.forEach(this::quantization));
        layers.forEach(layer -> quantization(layer.activation()));
        Map<String, QuantizedWeight> weights = quantizeWeights(options.weightBits());
        Map<String, String> written = new HashMap<>();
        for (WeightedLayer layer : layers) {
            QuantizedWeight weight = weights.get(layer.weightKey());
            String name =
                    written.computeIfAbsent(
                            layer.weightKey(),
                            k -> writer.weight(layer.weight().getName(), weight));
            layer.bias().ifPresent(bias -> writeBias(layer, bias, weight));
            read(layer.node(), layer.activation());
            graph.setInput(layer.node(), 1, name);
        }
        flow.passing().forEach((node, read) -> read.forEach(tensor -> read(node, tensor)));
        for (String tensor : flow.integers()) {
            // An integer kernel forms only if nobody reads the float tensor.
            for (NodeProto.Builder reader : graph.consumers(tensor)) {
                if (!reader.getOpType().equals("QuantizeLinear")) {
                    read(reader, tensor);
                }
            }
        }
        return new Placed(flow.missingRanges(), List.of(), Map.of(), flow.givingFloat());
    }

    private Quantization quantization(String tensor) {
        return quantizations.computeIfAbsent(
                tensor,
                t -> {
                    String origin = flow.rangeOf(t);
                    float scale = ranges.get(origin).orElseThrow().scale();
                    if (!IntegerFlow.isNonNegative(graph, origin)) {
                        return new Quantization(scale, ZERO_POINT);
                    }
                    double amax = ranges.get(origin).orElseThrow().amax();
                    // Beyond its Clip's bound a tensor has no values, and the Clip cannot fuse.
                    double bound =
                            IntegerFlow.upperBound(graph, origin)
                                    .filter(b -> b > 0)
                                    .orElse(Float.MAX_VALUE);
                    return new Quantization((float) (Math.min(amax, bound) / 255), 0);
                });
    }

    private Map<String, QuantizedWeight> quantizeWeights(int bits) {
        Map<String, float[]> leastScales = new HashMap<>();
        for (WeightedLayer layer : layers) {
            float[] least =
                    leastScales.computeIfAbsent(
                            layer.weightKey(), k -> new float[layer.channels()]);
            if (layer.bias().isPresent()) {
                float[] bias = biasOf(layer);
                double input = quantization(layer.activation()).scale();
                for (int c = 0; c < least.length; c++) {
                    float needed = (float) (Math.abs(bias[c]) / MOST_BIAS / input);
                    least[c] = Math.max(least[c], needed);
                }
            }
        }
        Map<String, QuantizedWeight> weights = new HashMap<>();
        for (WeightedLayer layer : layers) {
            weights.computeIfAbsent(
                    layer.weightKey(),
                    k ->
                            QuantizedWeight.of(
                                    Tensors.floats(layer.weight()),
                                    Tensors.shape(layer.weight()),
                                    layer.channelAxis(),
                                    bits,
                                    leastScales.get(k)));
        }
        return weights;
    }

    /** A layer's bias, a value for each channel. */
    private float[] biasOf(WeightedLayer layer) {
        float[] bias = Tensors.floats(graph.constant(layer.bias().orElseThrow()).orElseThrow());
        if (bias.length == 1) {
            float[] each = new float[layer.channels()];
            Arrays.fill(each, bias[0]);
            return each;
        }
        return bias;
    }

    private void writeBias(WeightedLayer layer, String name, QuantizedWeight weight) {
        float[] bias = biasOf(layer);
        float input = quantization(layer.activation()).scale();
        float[] scales = new float[bias.length];
        int[] values = new int[bias.length];
        for (int c = 0; c < bias.length; c++) {
            scales[c] = input * weight.scales()[c];
            values[c] = (int) Math.rint(bias[c] / (double) scales[c]);
        }
        graph.setInput(layer.node(), 2, writer.bias(name, values, scales));
    }

    /** Lets a node read a tensor through Q/DQ. */
    private void read(NodeProto.Builder node, String tensor) {
        Quantization how = quantization(tensor);
        for (int i = 0; i < node.getInputCount(); i++) {
            if (node.getInput(i).equals(tensor)) {
                graph.setInput(node, i, writer.activation(tensor, how.scale(), how.zeroPoint()));
            }
        }
    }
}
