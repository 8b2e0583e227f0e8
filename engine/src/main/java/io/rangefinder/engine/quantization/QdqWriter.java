package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.Tensors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Writes QuantizeLinear and DequantizeLinear into a graph: one pair a tensor, whoever reads it. No
 * tensor of the float model is renamed. Not safe for use from several threads.
 */
final class QdqWriter {

    private final OnnxGraph graph;
    private final Map<String, String> dequantized = new HashMap<>();
    private final Map<String, Quantized> quantized = new HashMap<>();

    QdqWriter(OnnxGraph graph) {
        this.graph = graph;
    }

    /** Q/DQ on an activation, uint8. Gives the name of what DQ makes. */
    String activation(String tensor, float scale, int zeroPoint) {
        return dequantized.computeIfAbsent(
                tensor, t -> pair(t, parameters(t, scale, false, (byte) zeroPoint)));
    }

    /**
     * Q on an activation, int8 with zero point 0, one a tensor, and a DQ for one reader. Gives the
     * name of what DQ makes.
     */
    String activationForOne(String tensor, float scale) {
        return dequantizedForOne(tensor, () -> parameters(tensor, scale, true, (byte) 0));
    }

    /** Q/DQ on an output of the model, int8 with zero point 0: it keeps its name. */
    void output(String tensor, float scale) {
        NodeProto.Builder maker = graph.producer(tensor).orElseThrow();
        String unrounded = graph.unusedName(tensor + "_unrounded");
        graph.setOutput(maker, maker.getOutputList().indexOf(tensor), unrounded);
        Parameters parameters = parameters(unrounded, scale, true, (byte) 0);
        graph.add(
                parameters.on(
                        Nodes.of(
                                "DequantizeLinear",
                                graph.unusedName(tensor + "_DequantizeLinear"),
                                List.of(
                                        quantize(unrounded, parameters),
                                        parameters.scale(),
                                        parameters.zeroPoint()),
                                tensor)));
    }

    /**
     * A constant of the float values that a weight's int8 values stand for, which any number of
     * constants may share. Gives its name.
     */
    String roundedWeight(TensorProto weight) {
        String rounded = graph.unusedName(weight.getName() + "_rounded");
        graph.addInitializer(weight.toBuilder().setName(rounded).build());
        return rounded;
    }

    /**
     * A {@link #roundedWeight} behind Q, one a constant, and a DQ for one reader: the form that
     * TensorRT 8 wants. Gives the name of what DQ makes.
     */
    String weightForOne(String rounded, QuantizedWeight weight) {
        return dequantizedForOne(rounded, () -> parameters(rounded, weight));
    }

    /** An int8 weight behind DQ. Gives the name of what DQ makes. */
    String weight(String name, QuantizedWeight weight) {
        String values = graph.unusedName(name + "_quantized");
        graph.addInitializer(Tensors.bytes(values, true, weight.values(), weight.shape()));
        return dequantize(name + "_DequantizeLinear", values, parameters(name, weight));
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
        return dequantize(
                name + "_DequantizeLinear", quantized, new Parameters(scale, zeroPoint, axis));
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

    /**
     * What Q makes of a tensor.
     *
     * @param name the name of what it makes
     * @param parameters Q's, and those of every DQ after it
     */
    private record Quantized(String name, Parameters parameters) {}

    private String dequantizedForOne(String tensor, Supplier<Parameters> parameters) {
        Quantized q =
                quantized.computeIfAbsent(
                        tensor,
                        t -> {
                            Parameters p = parameters.get();
                            return new Quantized(quantize(t, p), p);
                        });
        return dequantize(tensor + "_DequantizeLinear", q.name(), q.parameters());
    }

    private String pair(String tensor, Parameters parameters) {
        return dequantize(tensor + "_DequantizeLinear", quantize(tensor, parameters), parameters);
    }

    private String quantize(String tensor, Parameters parameters) {
        String output = graph.unusedName(tensor + "_QuantizeLinear_Output");
        graph.add(
                parameters.on(
                        Nodes.of(
                                "QuantizeLinear",
                                graph.unusedName(tensor + "_QuantizeLinear"),
                                List.of(tensor, parameters.scale(), parameters.zeroPoint()),
                                output)));
        return output;
    }

    private String dequantize(String wish, String quantized, Parameters parameters) {
        String name = graph.unusedName(wish);
        String output = graph.unusedName(name + "_Output");
        graph.add(
                parameters.on(
                        Nodes.of(
                                "DequantizeLinear",
                                name,
                                List.of(quantized, parameters.scale(), parameters.zeroPoint()),
                                output)));
        return output;
    }
}
