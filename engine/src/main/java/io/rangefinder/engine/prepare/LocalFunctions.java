package io.rangefinder.engine.prepare;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.UnusedNames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Puts a model's own functions in place of the nodes that call them, functions that functions call
 * included. Their tensors and nodes are named after the calling node: {@code block1/conv}.
 */
final class LocalFunctions {

    /**
     * Some lines of functions that call each other twice make any number of nodes, or of calls: as
     * many as a model may have nodes.
     */
    private static final int MOST_NODES = 1 << 15;

    /** Layers within blocks within networks are some ten functions deep. */
    private static final int DEEPEST = 100;

    private final String source;
    private final Map<String, FunctionProto> functions = new HashMap<>();
    private final UnusedNames names;
    private final Deque<String> calls = new ArrayDeque<>();
    private int made;

    private LocalFunctions(ModelProto model, String source) {
        this.source = source;
        model.getFunctionsList()
                .forEach(f -> functions.put(Nodes.operatorKey(f.getDomain(), f.getName()), f));
        names = new UnusedNames(OnnxGraph.allNames(model.getGraph()));
    }

    static OnnxModel inline(OnnxModel model) throws InvalidOnnxException {
        ModelProto proto = model.proto();
        if (proto.getFunctionsCount() == 0) {
            return model;
        }
        LocalFunctions functions = new LocalFunctions(proto, model.source());
        ModelProto.Builder inlined = proto.toBuilder().clearFunctions();
        functions.inline(inlined.getGraphBuilder());
        functions.importOpsets(inlined, proto);
        return OnnxModel.of(inlined.build(), model.source());
    }

    private void inline(GraphProto.Builder graph) throws InvalidOnnxException {
        List<NodeProto> nodes = List.copyOf(graph.getNodeList());
        graph.clearNode();
        for (NodeProto node : nodes) {
            graph.addAllNode(expand(node));
        }
    }

    private List<NodeProto> expand(NodeProto node) throws InvalidOnnxException {
        String key = Nodes.operatorKey(node.getDomain(), node.getOpType());
        FunctionProto function = functions.get(key);
        if (++made > MOST_NODES) {
            throw new InvalidOnnxException(
                    source,
                    "its functions make more than "
                            + MOST_NODES
                            + " nodes of it; export the model without functions");
        }
        if (function == null) {
            return List.of(withInlinedBodies(node));
        }
        if (calls.size() == DEEPEST) {
            throw new InvalidOnnxException(
                    source,
                    "its functions call each other more than "
                            + DEEPEST
                            + " deep; export the model without functions");
        }
        if (calls.contains(key)) {
            throw new InvalidOnnxException(
                    source,
                    "the function '"
                            + function.getName()
                            + "' calls itself; do not trust this file");
        }
        if (node.getInputCount() > function.getInputCount()
                || node.getOutputCount() > function.getOutputCount()) {
            throw new InvalidOnnxException(
                    source,
                    String.format(
                            "node '%s' gives the function '%s' %d inputs and %d outputs, which has"
                                    + " %d and %d; export the model again",
                            Nodes.nameOf(node),
                            function.getName(),
                            node.getInputCount(),
                            node.getOutputCount(),
                            function.getInputCount(),
                            function.getOutputCount()));
        }
        calls.push(key);
        List<NodeProto> result = new ArrayList<>();
        for (NodeProto inner : call(node, function)) {
            result.addAll(expand(inner));
        }
        calls.pop();
        return result;
    }

    private NodeProto withInlinedBodies(NodeProto node) throws InvalidOnnxException {
        if (Nodes.bodies(node).isEmpty()) {
            return node;
        }
        NodeProto.Builder inlined = node.toBuilder();
        for (AttributeProto.Builder attribute : inlined.getAttributeBuilderList()) {
            if (attribute.hasG()) {
                inline(attribute.getGBuilder());
            }
            for (GraphProto.Builder body : attribute.getGraphsBuilderList()) {
                inline(body);
            }
        }
        return inlined.build();
    }

    /** A function's nodes, as one node calls it. */
    private List<NodeProto> call(NodeProto node, FunctionProto function) {
        Map<String, String> tensors = new HashMap<>(Map.of("", ""));
        List<NodeProto> aliases = new ArrayList<>();
        for (int i = 0; i < function.getInputCount(); i++) {
            tensors.put(function.getInput(i), Nodes.input(node, i).orElse(""));
        }
        String prefix = Nodes.nameOf(node) + "/";
        for (int i = 0; i < function.getOutputCount(); i++) {
            String given = i < node.getOutputCount() ? node.getOutput(i) : "";
            if (given.isEmpty()) {
                continue;
            }
            if (tensors.containsKey(function.getOutput(i))) {
                // An input, or an output a second time, goes out again.
                aliases.add(
                        Nodes.of(
                                        "Identity",
                                        names.like(given),
                                        List.of(tensors.get(function.getOutput(i))),
                                        given)
                                .build());
            } else {
                tensors.put(function.getOutput(i), given);
            }
        }
        Map<String, AttributeProto> attributes = new HashMap<>();
        function.getAttributeProtoList().forEach(a -> attributes.put(a.getName(), a));
        node.getAttributeList().forEach(a -> attributes.put(a.getName(), a));
        UnaryOperator<String> rename =
                name -> tensors.computeIfAbsent(name, n -> names.like(prefix + n));
        List<NodeProto> nodes = new ArrayList<>();
        for (NodeProto inner : function.getNodeList()) {
            nodes.add(renamed(inner, prefix, rename, attributes));
        }
        nodes.addAll(aliases);
        return nodes;
    }

    private NodeProto renamed(
            NodeProto node,
            String prefix,
            UnaryOperator<String> rename,
            Map<String, AttributeProto> attributes) {
        NodeProto.Builder result = node.toBuilder().clearInput().clearOutput().clearAttribute();
        node.getInputList().forEach(i -> result.addInput(rename.apply(i)));
        node.getOutputList().forEach(o -> result.addOutput(rename.apply(o)));
        if (!node.getName().isEmpty()) {
            result.setName(names.like(prefix + node.getName()));
        }
        for (AttributeProto attribute : node.getAttributeList()) {
            if (!attribute.getRefAttrName().isEmpty()) {
                AttributeProto given = attributes.get(attribute.getRefAttrName());
                // One that is not given is left out, as its operator has it.
                if (given != null) {
                    result.addAttribute(given.toBuilder().setName(attribute.getName()));
                }
                continue;
            }
            AttributeProto.Builder own = attribute.toBuilder();
            if (own.hasG()) {
                own.setG(renamed(own.getG(), prefix, rename, attributes));
            }
            for (int i = 0; i < own.getGraphsCount(); i++) {
                own.setGraphs(i, renamed(own.getGraphs(i), prefix, rename, attributes));
            }
            result.addAttribute(own);
        }
        return result.build();
    }

    private GraphProto renamed(
            GraphProto body,
            String prefix,
            UnaryOperator<String> rename,
            Map<String, AttributeProto> attributes) {
        GraphProto.Builder result = body.toBuilder().clearNode().clearValueInfo();
        for (ValueInfoProto.Builder value : result.getInputBuilderList()) {
            value.setName(rename.apply(value.getName()));
        }
        for (ValueInfoProto.Builder value : result.getOutputBuilderList()) {
            value.setName(rename.apply(value.getName()));
        }
        for (TensorProto.Builder tensor : result.getInitializerBuilderList()) {
            tensor.setName(rename.apply(tensor.getName()));
        }
        body.getNodeList().forEach(n -> result.addNode(renamed(n, prefix, rename, attributes)));
        return result.build();
    }

    /**
     * What the functions' operators are of, the model must name; the functions' own domains not.
     */
    private void importOpsets(ModelProto.Builder inlined, ModelProto model)
            throws InvalidOnnxException {
        Map<String, Long> versions = new HashMap<>();
        model.getOpsetImportList().forEach(o -> versions.put(domain(o), o.getVersion()));
        Set<String> own = new HashSet<>();
        for (FunctionProto function : model.getFunctionsList()) {
            own.add(function.getDomain());
            for (OperatorSetIdProto opset : function.getOpsetImportList()) {
                Long version = versions.putIfAbsent(domain(opset), opset.getVersion());
                if (version == null) {
                    inlined.addOpsetImport(opset);
                } else if (domain(opset).isEmpty() && version != opset.getVersion()) {
                    throw new InvalidOnnxException(
                            source,
                            "its function '"
                                    + function.getName()
                                    + "' is of opset "
                                    + opset.getVersion()
                                    + ", the model of "
                                    + version
                                    + "; export both with one opset, or inline the functions"
                                    + " (onnx.inliner.inline_local_functions)");
                }
            }
        }
        Set<String> used = new HashSet<>(Set.of(""));
        domains(inlined.getGraph(), used);
        for (int i = inlined.getOpsetImportCount() - 1; i >= 0; i--) {
            String domain = domain(inlined.getOpsetImport(i));
            if (own.contains(domain) && !used.contains(domain)) {
                inlined.removeOpsetImport(i);
            }
        }
    }

    private static void domains(GraphProto graph, Set<String> used) {
        for (NodeProto node : graph.getNodeList()) {
            used.add(node.getDomain());
            Nodes.bodies(node).forEach(body -> domains(body, used));
        }
    }

    private static String domain(OperatorSetIdProto opset) {
        return Nodes.isDefaultDomain(opset.getDomain()) ? "" : opset.getDomain();
    }
}
