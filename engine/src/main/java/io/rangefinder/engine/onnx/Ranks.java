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
public final class Ranks {

    /** What they give has the axes of their first input. */
    private static final String[] KEEP = {
        "Conv",
        "ConvTranspose",
        "BatchNormalization",
        "InstanceNormalization",
        "LayerNormalization",
        "GroupNormalization",
        "LpNormalization",
        "LRN",
        "MaxPool",
        "AveragePool",
        "LpPool",
        "GlobalAveragePool",
        "GlobalMaxPool",
        "Relu",
        "LeakyRelu",
        "PRelu",
        "Elu",
        "Selu",
        "Celu",
        "Gelu",
        "Mish",
        "HardSigmoid",
        "HardSwish",
        "Sigmoid",
        "Softplus",
        "Softsign",
        "ThresholdedRelu",
        "Tanh",
        "Erf",
        "Exp",
        "Log",
        "Sqrt",
        "Abs",
        "Neg",
        "Floor",
        "Ceil",
        "Round",
        "Reciprocal",
        "Sign",
        "Cast",
        "Softmax",
        "LogSoftmax",
        "Hardmax",
        "Dropout",
        "Clip",
        "Identity",
        "Concat",
        "Pad",
        "Slice",
        "Split",
        "Resize",
        "Upsample",
        "DepthToSpace",
        "SpaceToDepth",
        "QuantizeLinear",
        "DequantizeLinear",
        "CumSum"
    };

    private final Map<String, Integer> ranks = new HashMap<>();

    /**
     * Finds the ranks of a graph's tensors.
     *
     * @param graph a graph whose nodes come in order
     */
    public Ranks(GraphProto graph) {
        Stream.of(graph.getInputList(), graph.getOutputList(), graph.getValueInfoList())
                .flatMap(List::stream)
                .filter(v -> v.getType().getTensorType().hasShape())
                .forEach(this::declare);
        graph.getInitializerList().forEach(t -> ranks.put(t.getName(), t.getDimsCount()));
        for (NodeProto node : graph.getNodeList()) {
            OptionalInt rank = node.getOutputCount() > 0 ? infer(node) : OptionalInt.empty();
            for (String output : rank.isPresent() ? outputs(node) : List.<String>of()) {
                ranks.putIfAbsent(output, rank.getAsInt());
            }
        }
    }

    /**
     * The number of a tensor's axes.
     *
     * @param tensor the tensor's name
     * @return the number, or empty if it does not follow from the graph
     */
    public OptionalInt of(String tensor) {
        return ranks.containsKey(tensor) ? OptionalInt.of(ranks.get(tensor)) : OptionalInt.empty();
    }

    /** All outputs of Split have the same axes; of others the first is known. */
    private static List<String> outputs(NodeProto node) {
        return Nodes.is(node, "Split") ? node.getOutputList() : List.of(node.getOutput(0));
    }

    private void declare(ValueInfoProto value) {
        ranks.put(value.getName(), value.getType().getTensorType().getShape().getDimCount());
    }

    private OptionalInt infer(NodeProtoOrBuilder node) {
        if (Nodes.is(node, "Gemm", "Flatten")) {
            return OptionalInt.of(2);
        }
        if (Nodes.is(node, "Constant")) {
            return ConstantNodes.value(node)
                    .map(t -> OptionalInt.of(t.getDimsCount()))
                    .orElse(OptionalInt.empty());
        }
        if (Nodes.is(node, "Transpose") && Nodes.attribute(node, "perm").isPresent()) {
            return OptionalInt.of(Nodes.attribute(node, "perm").get().getIntsCount());
        }
        if (Nodes.is(node, KEEP)) {
            return most(node, 1);
        }
        if (Nodes.is(node, "Add", "Sub", "Mul", "Div", "Pow", "Where", "Max", "Min")) {
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
