package io.rangefinder.engine.prepare;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Tensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets a model of half precision (float16, bfloat16) compute in float32, which INT8's scales are
 * in. Its inputs and outputs keep their types, behind casts.
 */
final class FullPrecision {

    private static final Set<Integer> HALVES =
            Set.of(DataType.FLOAT16_VALUE, DataType.BFLOAT16_VALUE);

    /** Attributes that tell the type of what a node makes. */
    private static final Set<String> TYPES = Set.of("to", "dtype", "output_dtype");

    private final Map<String, String> renamed = new HashMap<>();

    private FullPrecision() {}

    static OnnxModel of(OnnxModel model) throws InvalidOnnxException {
        GraphProto graph = model.proto().getGraph();
        if (!isHalf(graph)) {
            return model;
        }
        return OnnxModel.of(
                model.proto().toBuilder()
                        .setGraph(new FullPrecision().converted(model, graph))
                        .build(),
                model.source());
    }

    private static boolean isHalf(GraphProto graph) {
        return graph.getInitializerList().stream().anyMatch(t -> isHalf(t.getDataType()))
                || graph.getInputList().stream()
                        .anyMatch(i -> isHalf(i.getType().getTensorType().getElemType()))
                || graph.getNodeList().stream()
                        .anyMatch(
                                n ->
                                        n.getAttributeList().stream().anyMatch(a -> isHalf(a))
                                                || Nodes.bodies(n).stream()
                                                        .anyMatch(b -> isHalf(b)));
    }

    private static boolean isHalf(int type) {
        return HALVES.contains(type);
    }

    private static boolean isHalf(AttributeProto attribute) {
        return attribute.hasT() && isHalf(attribute.getT().getDataType())
                || TYPES.contains(attribute.getName()) && isHalf((int) attribute.getI());
    }

    private GraphProto converted(OnnxModel model, GraphProto graph) throws InvalidOnnxException {
        List<NodeProto> before = new ArrayList<>();
        List<NodeProto> after = new ArrayList<>();
        var names = model.graph();
        for (ValueInfoProto input : graph.getInputList()) {
            if (isHalf(input.getType().getTensorType().getElemType())) {
                String full = names.unusedName(input.getName() + "_float32");
                renamed.put(input.getName(), full);
                before.add(cast(names.unusedName(full + "_Cast"), input.getName(), full, 1));
            }
        }
        for (ValueInfoProto output : graph.getOutputList()) {
            int type = output.getType().getTensorType().getElemType();
            if (isHalf(type)) {
                String full =
                        renamed.computeIfAbsent(
                                output.getName(), n -> names.unusedName(n + "_float32"));
                after.add(cast(names.unusedName(full + "_Cast"), full, output.getName(), type));
            }
        }
        GraphProto.Builder result = graph.toBuilder();
        convert(result, Set.of());
        List<NodeProto> nodes = List.copyOf(result.getNodeList());
        return result.clearNode()
                .addAllNode(before)
                .addAllNode(nodes)
                .addAllNode(after)
                .clearInput()
                .addAllInput(graph.getInputList())
                .clearOutput()
                .addAllOutput(graph.getOutputList())
                .build();
    }

    private static NodeProto cast(String name, String from, String to, int type) {
        return Nodes.set(Nodes.of("Cast", name, List.of(from), to), "to", type).build();
    }

    /** Converts a graph; what a body names anew hides the outer tensor of that name. */
    private void convert(GraphProto.Builder graph, Set<String> hidden) {
        graph.clearValueInfo();
        for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
            tensor.setName(name(tensor.getName(), hidden));
            convert(tensor);
        }
        graph.getInputBuilderList().forEach(i -> convert(i.getTypeBuilder()));
        for (ValueInfoProto.Builder output : graph.getOutputBuilderList()) {
            output.setName(name(output.getName(), hidden));
            convert(output.getTypeBuilder());
        }
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            for (int i = 0; i < node.getInputCount(); i++) {
                node.setInput(i, name(node.getInput(i), hidden));
            }
            for (int i = 0; i < node.getOutputCount(); i++) {
                node.setOutput(i, name(node.getOutput(i), hidden));
            }
            for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
                if (isHalf(attribute.build()) && !attribute.hasT()) {
                    attribute.setI(DataType.FLOAT_VALUE);
                }
                if (attribute.hasT()) {
                    convert(attribute.getTBuilder());
                }
                if (attribute.hasG()) {
                    body(attribute.getGBuilder(), hidden);
                }
                attribute.getGraphsBuilderList().forEach(b -> body(b, hidden));
            }
        }
    }

    private void body(GraphProto.Builder body, Set<String> hidden) {
        Set<String> names = new HashSet<>(hidden);
        body.getInputList().forEach(i -> names.add(i.getName()));
        body.getInitializerList().forEach(t -> names.add(t.getName()));
        body.getNodeList().forEach(n -> names.addAll(n.getOutputList()));
        convert(body, names);
    }

    private String name(String tensor, Set<String> hidden) {
        return hidden.contains(tensor) ? tensor : renamed.getOrDefault(tensor, tensor);
    }

    private static void convert(TypeProto.Builder type) {
        if (type.hasTensorType() && isHalf(type.getTensorType().getElemType())) {
            type.getTensorTypeBuilder().setElemType(DataType.FLOAT_VALUE);
        }
        if (type.hasSequenceType()) {
            convert(type.getSequenceTypeBuilder().getElemTypeBuilder());
        }
    }

    private static void convert(TensorProto.Builder tensor) {
        if (isHalf(tensor.getDataType())) {
            TensorProto full = Tensors.fullPrecision(tensor.build());
            tensor.clear().mergeFrom(full);
        }
    }
}
