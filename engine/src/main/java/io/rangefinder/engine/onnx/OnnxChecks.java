package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What holds of every model that was read, so that nothing behind needs to look: tensors have the
 * length that they declare, and nodes the inputs and outputs that their operator has, in bodies and
 * functions, too. For one use.
 */
final class OnnxChecks {

    private final String source;
    private final long opset;
    private final Set<String> functions = new HashSet<>();

    private OnnxChecks(ModelProto model, long opset, String source) {
        this.source = source;
        this.opset = opset;
        model.getFunctionsList()
                .forEach(f -> functions.add(Nodes.operatorKey(f.getDomain(), f.getName())));
    }

    static void check(ModelProto model, long opset, String source) throws InvalidOnnxException {
        OnnxChecks checks = new OnnxChecks(model, opset, source);
        ModelSize.require(model, source);
        checks.checkNames(model.getGraph().getInputList());
        checks.checkSizes(model.getGraph().getInputList());
        checks.checkSizes(model.getGraph().getOutputList());
        checks.check(model.getGraph());
        for (FunctionProto function : model.getFunctionsList()) {
            checks.check(function.getNodeList());
        }
    }

    private void checkNames(List<ValueInfoProto> inputs) throws InvalidOnnxException {
        Set<String> names = new HashSet<>();
        for (ValueInfoProto input : inputs) {
            if (!names.add(input.getName())) {
                throw new InvalidOnnxException(
                        source, "has two inputs '" + input.getName() + "'; export the model again");
            }
        }
    }

    /** No Java buffer holds more elements, and an analysis by lengths would not end. */
    private void checkSizes(List<ValueInfoProto> values) throws InvalidOnnxException {
        for (ValueInfoProto value : values) {
            double elements = 1;
            for (Dimension axis : value.getType().getTensorType().getShape().getDimList()) {
                elements *= Math.max(1, axis.getDimValue());
            }
            if (elements > Integer.MAX_VALUE) {
                throw new InvalidOnnxException(
                        source,
                        "declares '"
                                + value.getName()
                                + "' with more than "
                                + Integer.MAX_VALUE
                                + " elements; the file is damaged, or must be exported for"
                                + " smaller inputs");
            }
        }
    }

    private void check(GraphProto graph) throws InvalidOnnxException {
        Map<String, TensorProto> constants = new HashMap<>();
        for (TensorProto tensor : graph.getInitializerList()) {
            check(tensor, tensor.getName());
            TensorProto before = constants.put(tensor.getName(), tensor);
            if (before != null && !before.equals(tensor)) {
                throw new InvalidOnnxException(
                        source,
                        "has two constants '"
                                + tensor.getName()
                                + "' of different values; export the model again");
            }
        }
        for (SparseTensorProto sparse : graph.getSparseInitializerList()) {
            check(sparse, sparse.getValues().getName());
        }
        check(graph.getNodeList());
    }

    private void check(List<NodeProto> nodes) throws InvalidOnnxException {
        for (NodeProto node : nodes) {
            // A model's own function may have an operator's name.
            if (!functions.contains(Nodes.operatorKey(node.getDomain(), node.getOpType()))) {
                refuse(node, Arities.get().problem(node, opset));
            }
            if (node.getOutputCount() == 0) {
                refuse(node, Optional.of("has no outputs"));
            }
            for (AttributeProto attribute : node.getAttributeList()) {
                if (attribute.hasT()) {
                    check(attribute.getT(), Nodes.nameOf(node));
                }
                for (TensorProto tensor : attribute.getTensorsList()) {
                    check(tensor, Nodes.nameOf(node));
                }
                if (attribute.hasSparseTensor()) {
                    check(attribute.getSparseTensor(), Nodes.nameOf(node));
                }
                for (SparseTensorProto sparse : attribute.getSparseTensorsList()) {
                    check(sparse, Nodes.nameOf(node));
                }
            }
            for (GraphProto body : Nodes.bodies(node)) {
                check(body);
            }
        }
    }

    private void refuse(NodeProto node, Optional<String> problem) throws InvalidOnnxException {
        if (problem.isPresent()) {
            throw InvalidOnnxException.ofNode(source, node, problem.get());
        }
    }

    private void check(SparseTensorProto sparse, String name) throws InvalidOnnxException {
        check(sparse.getValues(), name);
        check(sparse.getIndices(), name);
    }

    private void check(TensorProto tensor, String name) throws InvalidOnnxException {
        if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            throw new InvalidOnnxException(
                    source, "tensor '" + name + "' keeps its data outside; read it from its file");
        }
        Optional<String> problem = Tensors.problem(tensor);
        if (problem.isPresent()) {
            throw new InvalidOnnxException(
                    source, "tensor '" + name + "' " + problem.get() + "; export the model again");
        }
    }
}
