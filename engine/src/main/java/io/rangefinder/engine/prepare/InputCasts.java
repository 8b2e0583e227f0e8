package io.rangefinder.engine.prepare;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.operators.OperatorSet;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Converts an input of bytes to float32 before its elements are moved, not after, where nothing but
 * conversions and questions about its shape read what was moved. TensorRT takes {@code uint8} in a
 * Cast and nowhere else (<a
 * href="https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Cast.html">its
 * documentation</a>). The values are the same, as float32 holds each of them.
 */
final class InputCasts implements Pass {

    private static final Set<Integer> NARROW =
            Set.of(DataType.UINT8.getNumber(), DataType.INT8.getNumber());

    @Override
    public void apply(OnnxGraph graph, OnnxModel model) throws InvalidOnnxException {
        for (ValueInfoProto input : model.inputs()) {
            if (NARROW.contains(input.getType().getTensorType().getElemType())) {
                move(graph, input.getName());
            }
        }
    }

    private static void move(OnnxGraph graph, String input) throws InvalidOnnxException {
        Set<String> carried = new LinkedHashSet<>(List.of(input));
        List<NodeProto.Builder> conversions = new ArrayList<>();
        boolean moves = false;
        for (NodeProto.Builder node : graph.topologicalOrder()) {
            if (graph.readBy(node).stream().noneMatch(carried::contains)) {
                continue;
            }
            if (Nodes.is(node, "Cast")) {
                conversions.add(node);
            } else if (isMoving(node, carried)) {
                moves = true;
                carried.addAll(node.getOutputList());
            } else if (!Nodes.is(node, "Shape", "Size")) {
                return;
            }
        }
        boolean converts =
                conversions.stream().anyMatch(n -> target(n) == DataType.FLOAT.getNumber());
        if (moves && converts && carried.stream().noneMatch(graph::isOutput)) {
            convert(graph, input, conversions);
            carried.stream().filter(t -> !t.equals(input)).forEach(graph::forgetType);
        }
    }

    private static boolean isMoving(NodeProto.Builder node, Set<String> carried) {
        return OperatorSet.MOVING.contains(node)
                        && node.getInputList().stream().skip(1).noneMatch(carried::contains)
                || Nodes.is(node, "Concat") && carried.containsAll(node.getInputList());
    }

    private static long target(NodeProto.Builder cast) {
        return Nodes.integer(cast, "to", 0);
    }

    private static void convert(
            OnnxGraph graph, String input, List<NodeProto.Builder> conversions) {
        String wide = graph.unusedName(input + "_float");
        for (NodeProto.Builder reader : graph.consumers(input)) {
            for (int i = 0; i < reader.getInputCount(); i++) {
                if (reader.getInput(i).equals(input)) {
                    graph.setInput(reader, i, wide);
                }
            }
        }
        NodeProto.Builder cast =
                Nodes.of("Cast", graph.unusedName(input + "_cast"), List.of(input), wide);
        graph.add(Nodes.set(cast, "to", DataType.FLOAT.getNumber()));
        for (NodeProto.Builder conversion : conversions) {
            if (target(conversion) == DataType.FLOAT.getNumber()) {
                NodeProto.Builder same =
                        Nodes.of(
                                "Identity",
                                conversion.getName(),
                                List.of(conversion.getInput(0)),
                                conversion.getOutput(0));
                graph.remove(conversion);
                graph.add(same);
            }
        }
    }
}
