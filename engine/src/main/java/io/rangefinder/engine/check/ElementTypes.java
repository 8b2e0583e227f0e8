package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.engine.onnx.Nodes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The types of a graph's tensors, as far as they are declared or follow from what makes them. Most
 * operators give what their first input has; those that do not are in the tables here.
 */
final class ElementTypes {

    private static final Set<String> GIVE_INT64 =
            Set.of("Shape", "Size", "ArgMax", "ArgMin", "NonZero", "NonMaxSuppression");

    private static final Set<String> GIVE_BOOL =
            Set.of("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "IsInf", "IsNaN");

    /** What they give depends on attributes, on later inputs or on bodies. */
    private static final Set<String> UNKNOWN =
            Set.of(
                    "ConstantOfShape",
                    "OneHot",
                    "EyeLike",
                    "RandomNormal",
                    "RandomUniform",
                    "If",
                    "Loop",
                    "Scan",
                    "RandomNormalLike",
                    "RandomUniformLike",
                    "Bernoulli",
                    "Multinomial",
                    "CastLike",
                    "QuantizeLinear",
                    "DequantizeLinear",
                    "Range");

    private final GraphView graph;
    private final Map<String, Integer> types = new HashMap<>();

    ElementTypes(GraphView graph) {
        this.graph = graph;
        Stream.of(graph.proto().getInputList(), graph.proto().getValueInfoList())
                .flatMap(List::stream)
                .filter(v -> v.getType().hasTensorType())
                .forEach(this::declare);
        for (NodeProto node : graph.nodes()) {
            if (node.getOutputCount() > 0 && !types.containsKey(node.getOutput(0))) {
                infer(node).ifPresent(type -> types.put(node.getOutput(0), type));
            }
        }
    }

    /** A number of {@link DataType}. */
    Optional<Integer> of(String tensor) {
        return Optional.ofNullable(types.get(tensor))
                .or(() -> graph.constant(tensor).map(t -> t.getDataType()));
    }

    private void declare(ValueInfoProto value) {
        types.put(value.getName(), value.getType().getTensorType().getElemType());
    }

    private Optional<Integer> infer(NodeProto node) {
        String operator = node.getOpType();
        if (GIVE_INT64.contains(operator)) {
            return Optional.of(DataType.INT64_VALUE);
        }
        if (GIVE_BOOL.contains(operator)) {
            return Optional.of(DataType.BOOL_VALUE);
        }
        if (operator.equals("Cast")) {
            return Optional.of((int) Nodes.integer(node, "to", 0));
        }
        if (UNKNOWN.contains(operator) || !Nodes.is(node, operator)) {
            return Optional.empty();
        }
        return Nodes.input(node, operator.equals("Where") ? 1 : 0).flatMap(this::of);
    }
}
