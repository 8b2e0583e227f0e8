package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;

/**
 * The parser has an importer for each operator; otherwise it looks for a plugin of that name. It
 * goes by the operator's name alone, whatever its domain (ModelImporter.cpp of onnx-tensorrt).
 */
final class OperatorRule implements Rule {

    @Override
    public String name() {
        return "operator";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        for (NodeProto node : graph.nodes()) {
            String operator = node.getOpType();
            boolean taken = ParserOperators.get().takes(operator, graph.version());
            boolean ours = Nodes.is(node, operator);
            if (isInteger(operator)) {
                findings.error(
                        Nodes.nameOf(node),
                        "",
                        operator + " computes in integers, which TensorRT has no importer for",
                        "quantize the float model with Q/DQ instead (Rangefinder's --target"
                                + " tensorrt)");
            } else if (!taken) {
                findings.add(
                        graph.version().isBefore10() ? Severity.ERROR : Severity.WARNING,
                        Nodes.nameOf(node),
                        "",
                        graph.version()
                                + " has no importer for "
                                + (ours ? operator : node.getDomain() + "'s " + operator)
                                + (graph.version().isBefore10() ? "" : " as of 10.1"),
                        ours
                                ? "export with other operators, or register a plugin of this name"
                                : "write the model without this optimizer's operators, or register"
                                        + " a plugin of this name");
            } else if (!ours) {
                findings.warning(
                        Nodes.nameOf(node),
                        "",
                        node.getDomain() + "'s " + operator + " is read as ONNX's " + operator,
                        "make sure that they compute the same");
            }
        }
    }

    private static boolean isInteger(String operator) {
        return operator.startsWith("QLinear")
                || operator.startsWith("DynamicQuantize")
                || operator.endsWith("Integer");
    }
}
