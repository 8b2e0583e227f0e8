package io.rangefinder.engine.inspect;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Tensors;
import java.util.List;
import java.util.Optional;

/** A model without its Q/DQ: what the number of its layers is compared with. Stateless. */
final class FloatGraph {

    private FloatGraph() {}

    /**
     * Takes Q and DQ out of a model. Weights that are stored as int8 keep those numbers, unscaled:
     * the graph's form is what counts.
     */
    static OnnxModel strip(OnnxModel model) throws InvalidOnnxException {
        OnnxGraph graph = model.graph();
        for (NodeProto.Builder node : List.copyOf(graph.nodes())) {
            if (Nodes.is(node, "DequantizeLinear")) {
                bypass(graph, node, source(graph, node));
            }
        }
        for (NodeProto.Builder node : List.copyOf(graph.nodes())) {
            if (Nodes.is(node, "QuantizeLinear") && isUnread(graph, node)) {
                graph.remove(node);
            }
        }
        graph.removeUnusedConstants();
        return model.withGraph(graph);
    }

    private static String source(OnnxGraph graph, NodeProto.Builder dequantize) {
        String quantized = dequantize.getInput(0);
        Optional<String> before =
                graph.producer(quantized)
                        .filter(n -> Nodes.is(n, "QuantizeLinear"))
                        .map(n -> n.getInput(0));
        if (before.isPresent()) {
            return before.get();
        }
        Optional<TensorProto> constant = graph.constant(quantized);
        if (constant.isEmpty()) {
            return quantized;
        }
        String name = graph.unusedName(quantized + "_float");
        graph.addInitializer(
                Tensors.floats(name, values(constant.get()), Tensors.shape(constant.get())));
        return asScaled(graph, dequantize, name);
    }

    /** DequantizeLinear gives its scale's type, which readers rely on. */
    private static String asScaled(OnnxGraph graph, NodeProto.Builder dequantize, String name) {
        int type =
                graph.constant(dequantize.getInput(1))
                        .map(TensorProto::getDataType)
                        .orElse(TensorProto.DataType.FLOAT.getNumber());
        if (type == TensorProto.DataType.FLOAT.getNumber()) {
            return name;
        }
        String cast = graph.unusedName(name + "_cast");
        graph.add(
                Nodes.set(
                        Nodes.of("Cast", graph.unusedName(name + "/Cast"), List.of(name), cast),
                        "to",
                        type));
        return cast;
    }

    private static float[] values(TensorProto tensor) {
        ByteString raw = tensor.getRawData();
        int size = Math.toIntExact(elements(tensor));
        float[] values = new float[size];
        // Numbers of 4 bits lie two in a byte; of larger ones the lowest byte tells enough.
        int stored = raw.isEmpty() ? tensor.getInt32DataCount() : raw.size();
        boolean halves = stored < size;
        int width = halves || raw.isEmpty() ? 1 : raw.size() / size;
        for (int i = 0; i < size && stored > 0; i++) {
            int at = halves ? Math.min(i / 2, stored - 1) : i * width;
            values[i] = raw.isEmpty() ? tensor.getInt32Data(at) : raw.byteAt(at);
        }
        return values;
    }

    private static long elements(TensorProto tensor) {
        long elements = 1;
        for (long length : Tensors.shape(tensor)) {
            elements *= length;
        }
        return elements;
    }

    private static void bypass(OnnxGraph graph, NodeProto.Builder node, String source) {
        String output = node.getOutput(0);
        for (NodeProto.Builder reader : graph.consumers(output)) {
            for (int i = 0; i < reader.getInputCount(); i++) {
                if (reader.getInput(i).equals(output)) {
                    graph.setInput(reader, i, source);
                }
            }
        }
        boolean stillRead = graph.isOutput(output) || !graph.consumers(output).isEmpty();
        graph.remove(node);
        if (stillRead) {
            graph.add(Nodes.of("Identity", Nodes.nameOf(node), List.of(source), output));
        }
    }

    private static boolean isUnread(OnnxGraph graph, NodeProto.Builder node) {
        return graph.consumers(node.getOutput(0)).isEmpty() && !graph.isOutput(node.getOutput(0));
    }
}
