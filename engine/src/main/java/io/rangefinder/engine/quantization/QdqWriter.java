package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.Tensors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes QuantizeLinear and DequantizeLinear into a graph: one pair a tensor, whoever reads it. No
 * tensor of the float model is renamed. Not safe for use from several threads.
 */
final class QdqWriter {

    private final OnnxGraph graph;
    private final Map<String, String> dequantized = new HashMap<>();

    QdqWriter(OnnxGraph graph) {
        this.graph = graph;
    }

    /** Whether a tensor has Q/DQ already. */
    boolean has(String tensor) {
        return dequantized.containsKey(tensor);
    }

    /** Q/DQ on an activation, int8 with zero point 0. Gives the name of what DQ makes. */
    String activation(String tensor, float scale) {
        return dequantized.computeIfAbsent(
                tensor, t -> pair(t, parameters(t, scale, true, (byte) 0)));
    }

    /** Q/DQ on an activation, uint8. Gives the name of what DQ makes. */
    String activation(String tensor, float scale, int zeroPoint) {
        return dequantized.computeIfAbsent(
                tensor, t -> pair(t, parameters(t, scale, false, (byte) zeroPoint)));
    }

    /** A float weight behind Q and DQ, as TensorRT 8 wants it. Gives the name of what DQ makes. */
    String weightBehindPair(String name, QuantizedWeight weight) {
        String rounded = graph.unusedName(name + "_rounded");
        graph.addInitializer(Tensors.floats(rounded, weight.dequantized(), weight.shape()));
        return pair(rounded, parameters(rounded, weight));
    }

    /** An int8 weight behind DQ. Gives the name of what DQ makes. */
    String weight(String name, QuantizedWeight weight) {
        String values = graph.unusedName(name + "_quantized");
        graph.addInitializer(Tensors.bytes(values, true, weight.values(), weight.shape()));
        return dequantize(name, values, parameters(name, weight));
    }

    /** An int32 bias behind DQ. Gives the name of what DQ makes. */
    String bias(String name, int[] values, float[] scales) {
        String quantized = graph.unusedName(name + "_quantized");
        String scale = graph.unusedName(name + "_scale");
        String zeroPoint = graph.unusedName(name + "_zero_point");
        long[] shape = scales.length == 1 ? new long[0] : new long[] {scales.length};
        graph.addInitializer(Tensors.ints(quantized, values, values.length));
        graph.addInitializer(Tensors.floats(scale, scales, shape));
        graph.addInitializer(Tensors.ints(zeroPoint, new int[scales.length], shape));
        int axis = scales.length == 1 ? QuantizedWeight.PER_TENSOR : 0;
        return dequantize(name, quantized, new Parameters(scale, zeroPoint, axis));
    }

    /**
     * Names of a scale and a zero point, and the axis they run along.
     *
     * @param scale the scale's name
     * @param zeroPoint the zero point's name
     * @param axis the axis, or {@link QuantizedWeight#PER_TENSOR}
     */
    private record Parameters(String scale, String zeroPoint, int axis) {

        NodeProto.Builder on(NodeProto.Builder node) {
            return axis == QuantizedWeight.PER_TENSOR ? node : Nodes.set(node, "axis", axis);
        }
    }

    private Parameters parameters(String tensor, float scale, boolean signed, byte zeroPoint) {
        String scaleName = graph.unusedName(tensor + "_scale");
        String zeroPointName = graph.unusedName(tensor + "_zero_point");
        graph.addInitializer(Tensors.floats(scaleName, new float[] {scale}));
        graph.addInitializer(Tensors.bytes(zeroPointName, signed, new byte[] {zeroPoint}));
        return new Parameters(scaleName, zeroPointName, QuantizedWeight.PER_TENSOR);
    }

    private Parameters parameters(String tensor, QuantizedWeight weight) {
        if (weight.axis() == QuantizedWeight.PER_TENSOR) {
            return parameters(tensor, weight.scales()[0], true, (byte) 0);
        }
        int channels = weight.scales().length;
        String scale = graph.unusedName(tensor + "_scale");
        String zeroPoint = graph.unusedName(tensor + "_zero_point");
        graph.addInitializer(Tensors.floats(scale, weight.scales(), channels));
        graph.addInitializer(Tensors.bytes(zeroPoint, true, new byte[channels], channels));
        return new Parameters(scale, zeroPoint, weight.axis());
    }

    private String pair(String tensor, Parameters parameters) {
        String quantized = graph.unusedName(tensor + "_QuantizeLinear_Output");
        graph.add(
                parameters.on(
                        Nodes.of(
                                "QuantizeLinear",
                                tensor + "_QuantizeLinear",
                                List.of(tensor, parameters.scale(), parameters.zeroPoint()),
                                quantized)));
        return dequantize(tensor, quantized, parameters);
    }

    private String dequantize(String tensor, String quantized, Parameters parameters) {
        String output = graph.unusedName(tensor + "_DequantizeLinear_Output");
        graph.add(
                parameters.on(
                        Nodes.of(
                                "DequantizeLinear",
                                tensor + "_DequantizeLinear",
                                List.of(quantized, parameters.scale(), parameters.zeroPoint()),
                                output)));
        return output;
    }
}
