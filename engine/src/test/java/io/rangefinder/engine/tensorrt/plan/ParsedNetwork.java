package io.rangefinder.engine.tensorrt.plan;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.inspector.ranges.ConstantMagnitudes;
import io.rangefinder.inspector.ranges.NetworkDescription;
import io.rangefinder.inspector.ranges.NetworkLayer;
import io.rangefinder.inspector.ranges.NetworkTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stands in for TensorRT's ONNX parser for the operators of a ResNet, making the layers and the
 * names that the real one makes (onnx-tensorrt 8.6: {@code builtin_op_importers.cpp}): a Gemm
 * becomes a constant, a product, a broadcast bias and a sum without a name. Intermediate shapes are
 * left open.
 */
final class ParsedNetwork {

    private final List<NetworkLayer> layers = new ArrayList<>();
    private final Map<String, NetworkTensor> tensors = new LinkedHashMap<>();
    private final Map<String, TensorProto> weights = new HashMap<>();
    private final Map<String, String> constants = new HashMap<>();

    private ParsedNetwork() {}

    static NetworkDescription of(OnnxModel model) {
        return new ParsedNetwork().parse(model);
    }

    private NetworkDescription parse(OnnxModel model) {
        model.proto().getGraph().getInitializerList().forEach(t -> weights.put(t.getName(), t));
        List<String> inputs = new ArrayList<>();
        for (ValueInfoProto input : model.inputs()) {
            List<Long> shape =
                    input.getType().getTensorType().getShape().getDimList().stream()
                            .map(ParsedNetwork::length)
                            .toList();
            tensors.put(input.getName(), new NetworkTensor(input.getName(), true, shape));
            inputs.add(input.getName());
        }
        model.proto().getGraph().getNodeList().forEach(this::add);
        return new NetworkDescription(
                inputs,
                model.outputs().stream().map(ValueInfoProto::getName).toList(),
                layers,
                tensors);
    }

    private static long length(TensorShapeProto.Dimension dimension) {
        return dimension.getDimValue() > 0 ? dimension.getDimValue() : -1;
    }

    private void add(NodeProto node) {
        String name = node.getName();
        String out = node.getOutput(0);
        switch (node.getOpType()) {
            case "Constant" -> weights.put(out, node.getAttribute(0).getT());
            case "Conv" -> {
                List<String> inputs = new ArrayList<>(List.of(node.getInput(0)));
                if (!weights.containsKey(node.getInput(1))) {
                    inputs.add(node.getInput(1));
                }
                layer(name, "CONVOLUTION", "", inputs, out);
            }
            case "Relu" -> layer(name, "ACTIVATION", "RELU", List.of(node.getInput(0)), out);
            case "Add" -> layer(name, "ELEMENTWISE", "SUM", node.getInputList(), out);
            case "GlobalAveragePool", "ReduceMean" ->
                    layer(name, "REDUCE", "AVG", List.of(node.getInput(0)), out);
            case "Flatten", "Reshape" -> layer(name, "SHUFFLE", "", List.of(node.getInput(0)), out);
            case "Gemm" -> gemm(node);
            case "QuantizeLinear", "DequantizeLinear" ->
                    layer(
                            name,
                            node.getOpType().equals("QuantizeLinear") ? "QUANTIZE" : "DEQUANTIZE",
                            "",
                            List.of(tensor(node.getInput(0)), tensor(node.getInput(1))),
                            out);
            default -> throw new AssertionError("the stand-in knows no " + node.getOpType());
        }
    }

    private void gemm(NodeProto node) {
        String name = node.getName();
        String product = name + "_output";
        layer(
                name,
                "MATRIX_MULTIPLY",
                "",
                List.of(node.getInput(0), tensor(node.getInput(1))),
                product);
        String bias = tensor(node.getInput(2));
        layer("ONNXTRT_Broadcast", "SHUFFLE", "", List.of(bias), "ONNXTRT_Broadcast_output");
        layer(
                "(Unnamed Layer* " + layers.size() + ") [ElementWise]",
                "ELEMENTWISE",
                "SUM",
                List.of(product, "ONNXTRT_Broadcast_output"),
                node.getOutput(0));
    }

    /** A tensor as it is, an initializer as the constant that the parser makes of it. */
    private String tensor(String name) {
        if (!weights.containsKey(name)) {
            return name;
        }
        return constants.computeIfAbsent(
                name,
                n -> {
                    String output = n + "_output";
                    layers.add(
                            new NetworkLayer(
                                    n,
                                    "CONSTANT",
                                    "",
                                    List.of(),
                                    List.of(output),
                                    Optional.of(
                                            ConstantMagnitudes.of(
                                                    Tensors.floats(weights.get(n))))));
                    tensors.put(output, new NetworkTensor(output, true, List.of(-1L)));
                    return output;
                });
    }

    private void layer(
            String name, String type, String operation, List<String> inputs, String output) {
        layers.add(
                new NetworkLayer(name, type, operation, inputs, List.of(output), Optional.empty()));
        tensors.put(output, new NetworkTensor(output, true, List.of(-1L)));
    }
}
