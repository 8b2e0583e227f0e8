package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The number of axes of a graph's tensors, as far as it follows from declared shapes and from
 * operators that keep it.
 */
final class Ranks {

    private final Map<String, Integer> ranks = new HashMap<>();

    Ranks(GraphProto graph) {
        Stream.of(graph.getInputList(), graph.getOutputList(), graph.getValueInfoList())
                .flatMap(List::stream)
                .filter(v -> v.getType().getTensorType().hasShape())
                .forEach(this::declare);
        graph.getInitializerList().forEach(t -> ranks.put(t.getName(), t.getDimsCount()));
        for (NodeProto node : graph.getNodeList()) {
            if (node.getOutputCount() > 0 && !ranks.containsKey(node.getOutput(0))) {
                infer(node).ifPresent(rank -> ranks.put(node.getOutput(0), rank));
            }
        }
    }

    OptionalInt of(String tensor) {
        return ranks.containsKey(tensor) ? OptionalInt.of(ranks.get(tensor)) : OptionalInt.empty();
    }

    private void declare(ValueInfoProto value) {
        ranks.put(value.getName(), value.getType().getTensorType().getShape().getDimCount());
    }

    private OptionalInt infer(NodeProtoOrBuilder node) {
        if (Nodes.is(node, "Gemm", "Flatten")) {
            return OptionalInt.of(2);
        }
        if (Nodes.is(node, "Constant")) {
            return Nodes.attribute(node, "value")
                    .map(a -> OptionalInt.of(a.getT().getDimsCount()))
                    .orElse(OptionalInt.empty());
        }
        if (Nodes.is(node, "Transpose") && Nodes.attribute(node, "perm").isPresent()) {
            return OptionalInt.of(Nodes.attribute(node, "perm").get().getIntsCount());
        }
        if (Nodes.is(node, "Conv", "BatchNormalization", "MaxPool", "AveragePool", "Relu", "Cast")
                || Nodes.is(node, "GlobalAveragePool", "Softmax", "LogSoftmax", "Dropout", "Clip")
                || Nodes.is(node, "Identity", "Sigmoid", "Tanh", "Erf", "Sqrt", "Concat")) {
            return most(node, 1);
        }
        if (Nodes.is(node, "Add", "Sub", "Mul", "Div", "Pow", "Where")) {
            return most(node, node.getInputCount());
        }
        return Nodes.is(node, "MatMul") ? matMul(node) : OptionalInt.empty();
    }

    /** Broadcasting gives as many axes as the input with most has. */
    private OptionalInt most(NodeProtoOrBuilder node, int inputs) {
        List<OptionalInt> known = node.getInputList().stream().limit(inputs).map(this::of).toList();
        return known.isEmpty() || known.contains(OptionalInt.empty())
                ? OptionalInt.empty()
                : known.stream().mapToInt(OptionalInt::getAsInt).max();
    }

    /** As broadcasting, unless one side is a vector, whose axis goes away. */
    private OptionalInt matMul(NodeProtoOrBuilder node) {
        Optional<String> vector =
                node.getInputList().stream().filter(i -> of(i).orElse(0) < 2).findFirst();
        return vector.isPresent() ? OptionalInt.empty() : most(node, 2);
    }
}
