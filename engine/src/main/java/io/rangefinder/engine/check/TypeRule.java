package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.rangefinder.engine.onnx.Nodes;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Types that TensorRT holds, and that an operator takes.
 *
 * <p>Source: convertDtype in onnx2trt_utils.cpp of onnx-tensorrt (8.4 has no uint8; neither has 8.6
 * beyond inputs, outputs and Cast; 8.x holds int64 as int32 and double as float32) and the types in
 * its docs/operators.md. What is only not documented is a warning: the parser may take it.
 */
final class TypeRule implements Rule {

    private static final Map<Integer, String> WORDS =
            Map.of(
                    DataType.FLOAT_VALUE, "FP32",
                    DataType.FLOAT16_VALUE, "FP16",
                    DataType.DOUBLE_VALUE, "FP32",
                    DataType.BFLOAT16_VALUE, "BF16",
                    DataType.INT32_VALUE, "INT32",
                    DataType.INT64_VALUE, "INT64",
                    DataType.INT8_VALUE, "INT8",
                    DataType.UINT8_VALUE, "UINT8",
                    DataType.BOOL_VALUE, "BOOL");

    /** float8 (e4m3fn) and int4, which TensorRT 10 has; ONNX numbers them so. */
    private static final Set<Integer> SINCE_10 = Set.of(17, 22);

    /** They have no data input, or take any constant whatever the table says. */
    private static final Set<String> ANY =
            Set.of("Constant", "ConstantOfShape", "Range", "If", "Loop", "Scan", "OneHot");

    private static final Set<String> MATRIX_PRODUCTS = Set.of("Conv", "Gemm", "MatMul");

    @Override
    public String name() {
        return "type";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        ElementTypes types = new ElementTypes(graph);
        graph.proto()
                .getInputList()
                .forEach(i -> checkHeld(graph, i.getName(), types.of(i.getName()), findings));
        for (TensorProto tensor : graph.proto().getInitializerList()) {
            // What Q and DQ read is for the rules of scales and zero points.
            if (graph.readers(tensor.getName()).stream().allMatch(Qdq::is)) {
                continue;
            }
            checkHeld(graph, tensor.getName(), Optional.of(tensor.getDataType()), findings);
        }
        for (NodeProto node : graph.nodes()) {
            if (!Qdq.is(node) && !ANY.contains(node.getOpType())) {
                Nodes.input(node, node.getOpType().equals("Where") ? 1 : 0)
                        .flatMap(types::of)
                        .ifPresent(type -> check(graph, node, type, findings));
            }
        }
    }

    private static void checkHeld(
            GraphView graph, String tensor, Optional<Integer> type, Findings findings) {
        if (type.filter(t -> t == DataType.DOUBLE_VALUE).isPresent()) {
            findings.warning(
                    reader(graph, tensor),
                    tensor,
                    "is double, which " + graph.version() + " rounds to float32",
                    "export in float32");
        } else if (type.filter(t -> !isHeld(t, graph.version())).isPresent()) {
            findings.error(
                    reader(graph, tensor),
                    tensor,
                    "is " + Qdq.type(type.get()) + ", which " + graph.version() + " cannot hold",
                    "export in float32 or int32");
        }
    }

    private static String reader(GraphView graph, String tensor) {
        return graph.readers(tensor).stream().findFirst().map(Nodes::nameOf).orElse(tensor);
    }

    private static boolean isHeld(int type, TensorRtVersion version) {
        return version.isBefore10()
                ? WORDS.containsKey(type) && type != DataType.BFLOAT16_VALUE
                : WORDS.containsKey(type) || SINCE_10.contains(type);
    }

    private static void check(GraphView graph, NodeProto node, int type, Findings findings) {
        String operator = node.getOpType();
        TensorRtVersion version = graph.version();
        Set<String> documented = ParserOperators.get().types(operator, version).orElse(Set.of());
        Optional<String> word =
                Optional.ofNullable(WORDS.get(type))
                        .map(w -> version.isBefore10() && w.equals("INT64") ? "INT32" : w);
        if (documented.isEmpty() || word.isEmpty() || documented.contains(word.get())) {
            return;
        }
        boolean refused =
                word.get().equals("UINT8") && version.isBefore10()
                        || word.get().startsWith("INT") && MATRIX_PRODUCTS.contains(operator);
        findings.add(
                refused ? Severity.ERROR : Severity.WARNING,
                Nodes.nameOf(node),
                node.getInput(operator.equals("Where") ? 1 : 0),
                String.format(
                        "%s of %s is %s %s",
                        operator,
                        Qdq.type(type),
                        refused ? "refused by" : "not documented for",
                        version),
                "cast to float32 before it");
    }
}
