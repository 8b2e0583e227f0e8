package io.rangefinder.engine.check;

import static io.rangefinder.engine.check.Severity.ERROR;
import static io.rangefinder.engine.check.Severity.WARNING;
import static io.rangefinder.engine.check.TensorRtVersion.V10;
import static io.rangefinder.engine.check.TensorRtVersion.V8_4;
import static io.rangefinder.engine.check.TensorRtVersion.V8_6;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Attributes that the parser refuses, or does not look at, though they change what is computed.
 *
 * <p>Source: the importers of onnx-tensorrt 8.4, 8.6 and 10.1 (builtin_op_importers.cpp,
 * onnx2trt_utils.cpp) and the restrictions in its docs/operators.md.
 */
final class AttributeRule implements Rule {

    private static final Set<TensorRtVersion> ALL = Set.of(V8_4, V8_6, V10);
    private static final Set<TensorRtVersion> BEFORE_10 = Set.of(V8_4, V8_6);

    private static final List<Limit> LIMITS =
            List.of(
                    new Limit(
                            Set.of("MaxPool", "AveragePool", "LpPool"),
                            ALL,
                            ERROR,
                            n -> ints(n, "dilations").stream().anyMatch(d -> d != 1),
                            "refuses dilations of pooling",
                            "use a pooling without dilation"),
                    new Limit(
                            Set.of("MaxPool"),
                            ALL,
                            ERROR,
                            n -> n.getOutputCount() > 1 && !n.getOutput(1).isEmpty(),
                            "gives no indices of max pooling",
                            "export without return_indices"),
                    new Limit(
                            Set.of("Resize"),
                            Set.of(V8_4),
                            ERROR,
                            n -> string(n, "mode").equals("cubic"),
                            "refuses cubic interpolation",
                            "resize linearly, or use 8.6"),
                    new Limit(
                            Set.of("Resize"),
                            Set.of(V8_6),
                            WARNING,
                            n -> string(n, "mode").equals("cubic"),
                            "has cubic interpolation in its parser but not in its documentation",
                            "compare outputs, or resize linearly"),
                    new Limit(
                            Set.of("Resize"),
                            ALL,
                            ERROR,
                            n ->
                                    string(n, "coordinate_transformation_mode")
                                            .equals("tf_crop_and_resize"),
                            "has no tf_crop_and_resize",
                            "use half_pixel, asymmetric or align_corners"),
                    new Limit(
                            Set.of("Resize"),
                            ALL,
                            ERROR,
                            n ->
                                    Nodes.integer(n, "antialias", 0) != 0
                                            || !Set.of("", "stretch")
                                                    .contains(
                                                            string(n, "keep_aspect_ratio_policy")),
                            "has neither antialiasing nor policies of aspect ratio",
                            "export with antialias=False and with both lengths"),
                    new Limit(
                            Set.of("ScatterElements", "ScatterND"),
                            BEFORE_10,
                            ERROR,
                            n -> !Set.of("", "none").contains(string(n, "reduction")),
                            "does not look at the reduction of a scatter",
                            "run it in TensorRT 10 or on a CPU (--target cpu), or write the scatter"
                                    + " as a product with a one-hot matrix"),
                    new Limit(
                            Set.of("LSTM", "GRU", "RNN"),
                            ALL,
                            ERROR,
                            n -> Nodes.integer(n, "layout", 0) != 0,
                            "does not look at layout",
                            "export with the sequence as the first axis"),
                    new Limit(
                            Set.of("TopK"),
                            Set.of(V10),
                            ERROR,
                            n -> Nodes.integer(n, "sorted", 1) == 0,
                            "wants sorted results of TopK",
                            "export with sorted=True"),
                    new Limit(
                            Set.of("Einsum"),
                            BEFORE_10,
                            ERROR,
                            n -> string(n, "equation").contains("..."),
                            "refuses an ellipsis in Einsum",
                            "write its axes out, or use MatMul"));

    private record Limit(
            Set<String> operators,
            Set<TensorRtVersion> versions,
            Severity severity,
            Predicate<NodeProto> broken,
            String problem,
            String remedy) {}

    @Override
    public String name() {
        return "attribute";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        for (NodeProto node : graph.nodes()) {
            for (Limit limit : LIMITS) {
                if (limit.operators().contains(node.getOpType())
                        && limit.versions().contains(graph.version())
                        && limit.broken().test(node)) {
                    findings.add(
                            limit.severity(),
                            Nodes.nameOf(node),
                            "",
                            graph.version() + " " + limit.problem(),
                            limit.remedy());
                }
            }
        }
    }

    private static List<Long> ints(NodeProto node, String name) {
        return Nodes.attribute(node, name).map(AttributeProto::getIntsList).orElse(List.of());
    }

    private static String string(NodeProto node, String name) {
        return Nodes.attribute(node, name).map(a -> a.getS().toStringUtf8()).orElse("");
    }
}
