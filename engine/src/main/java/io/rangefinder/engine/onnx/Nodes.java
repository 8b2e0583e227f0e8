package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes nodes of the default operator set and reads their attributes. Stateless. */
public final class Nodes {

    private Nodes() {}

    /**
     * Makes a node of the default domain.
     *
     * @param operator the operator, such as {@code QuantizeLinear}
     * @param name the node's name
     * @param inputs names of the tensors it reads, {@code ""} for an optional one left out
     * @param output name of the tensor it makes
     * @return the node, open for attributes
     */
    public static NodeProto.Builder of(
            String operator, String name, List<String> inputs, String output) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(name)
                .addAllInput(inputs)
                .addOutput(output);
    }

    /**
     * Whether a node is of the default domain ({@code ""} or {@code ai.onnx}) and of one of these
     * operators.
     *
     * @param node the node
     * @param operators names of operators
     * @return true if it is
     */
    public static boolean is(NodeProtoOrBuilder node, String... operators) {
        return isDefaultDomain(node.getDomain()) && List.of(operators).contains(node.getOpType());
    }

    /**
     * The node's own name, or its first output's name if it has none, so that each node can be told
     * from the others.
     *
     * @param node the node
     * @return a name for people
     */
    public static String nameOf(NodeProtoOrBuilder node) {
        if (!node.getName().isEmpty() || node.getOutputCount() == 0) {
            return node.getName();
        }
        return node.getOutput(0);
    }

    /**
     * An input of a node.
     *
     * @param node the node
     * @param index the input's position, from 0
     * @return the tensor's name, or empty if the node does not have this input
     */
    public static Optional<String> input(NodeProtoOrBuilder node, int index) {
        return index < node.getInputCount() && !node.getInput(index).isEmpty()
                ? Optional.of(node.getInput(index))
                : Optional.empty();
    }

    /**
     * Sets an integer attribute, replacing an earlier one.
     *
     * @param node the node to change
     * @param name the attribute
     * @param value its value
     * @return {@code node}
     */
    public static NodeProto.Builder set(NodeProto.Builder node, String name, long value) {
        remove(node, name);
        return node.addAttribute(
                AttributeProto.newBuilder()
                        .setName(name)
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(value));
    }

    /**
     * Removes an attribute, if the node has it.
     *
     * @param node the node to change
     * @param name the attribute
     */
    public static void remove(NodeProto.Builder node, String name) {
        for (int i = node.getAttributeCount() - 1; i >= 0; i--) {
            if (node.getAttribute(i).getName().equals(name)) {
                node.removeAttribute(i);
            }
        }
    }

    /**
     * An attribute.
     *
     * @param node the node
     * @param name the attribute's name
     * @return the attribute, or empty if the node does not have it
     */
    public static Optional<AttributeProto> attribute(NodeProtoOrBuilder node, String name) {
        return node.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst();
    }

    /**
     * An integer attribute.
     *
     * @param node the node
     * @param name the attribute's name
     * @param otherwise what ONNX takes if the attribute is left out
     * @return its value
     */
    public static long integer(NodeProtoOrBuilder node, String name, long otherwise) {
        return attribute(node, name).map(AttributeProto::getI).orElse(otherwise);
    }

    /**
     * A floating-point attribute.
     *
     * @param node the node
     * @param name the attribute's name
     * @param otherwise what ONNX takes if the attribute is left out
     * @return its value
     */
    public static float number(NodeProtoOrBuilder node, String name, float otherwise) {
        return attribute(node, name).map(AttributeProto::getF).orElse(otherwise);
    }

    /**
     * The bodies of If, Loop and Scan.
     *
     * @param node a node
     * @return its bodies, empty for other operators
     */
    public static List<GraphProto> bodies(NodeProtoOrBuilder node) {
        List<GraphProto> bodies = new ArrayList<>();
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                bodies.add(attribute.getG());
            }
            bodies.addAll(attribute.getGraphsList());
        }
        return bodies;
    }

    /**
     * Whether a domain is ONNX's own, which has two names.
     *
     * @param domain a domain's name
     * @return true if it is
     */
    public static boolean isDefaultDomain(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    /**
     * An operator's name with its domain, by which functions and operators are told apart.
     *
     * @param domain the domain, {@code ""} or {@code ai.onnx} for ONNX's own
     * @param operator the operator
     * @return a name that is the same for both names of ONNX's domain
     */
    public static String operatorKey(String domain, String operator) {
        return (isDefaultDomain(domain) ? "" : domain) + ":" + operator;
    }
}
