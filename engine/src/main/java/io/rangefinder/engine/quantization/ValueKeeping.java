package io.rangefinder.engine.quantization;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.operators.OperatorSet;
import java.util.List;
import java.util.Optional;

/** The operators that give values they read, which TensorRT runs on INT8 as on anything else. */
final class ValueKeeping {

    private ValueKeeping() {}

    /**
     * Whether a node takes a part of a tensor. TensorRT moves DQ across that, but not Q; across a
     * slice with steps, and across a padding, it moves neither.
     */
    static boolean takesPart(OnnxGraph graph, NodeProto.Builder node) {
        return Nodes.is(node, "Split") || (Nodes.is(node, "Slice") && !hasSteps(graph, node));
    }

    private static boolean hasSteps(OnnxGraph graph, NodeProto.Builder slice) {
        Optional<String> steps = Nodes.input(slice, 4);
        return steps.isPresent()
                && !steps.flatMap(graph::integers)
                        .filter(values -> values.stream().allMatch(v -> v == 1))
                        .isPresent();
    }

    static boolean keepsValues(OnnxGraph graph, NodeProto.Builder node) {
        return OperatorSet.CROSSED_BY_QDQ.contains(node)
                || Nodes.is(node, "Concat")
                || takesPart(graph, node);
    }

    /** The inputs that hold values; the others hold shapes. */
    static List<String> dataInputs(NodeProto.Builder node) {
        return Nodes.is(node, "Concat") ? node.getInputList() : List.of(node.getInput(0));
    }

    /** Whether a node gives values of a tensor on, unchanged or as a kernel's activation does. */
    static boolean passes(OnnxGraph graph, NodeProto.Builder node, String tensor) {
        return (keepsValues(graph, node) || OperatorSet.CLAMPING.contains(node))
                && dataInputs(node).contains(tensor);
    }
}
