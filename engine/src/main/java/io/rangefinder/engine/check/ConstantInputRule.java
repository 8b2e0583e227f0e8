package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;
import java.util.List;
import java.util.Set;

/** Inputs that the parser wants as constants. Source: restrictions in docs/operators.md. */
final class ConstantInputRule implements Rule {

    private static final Set<TensorRtVersion> ALL = Set.of(TensorRtVersion.values());

    private static final List<Wanted> WANTED =
            List.of(
                    new Wanted("CumSum", 1, "axis", ALL),
                    new Wanted("Slice", 3, "axes", ALL),
                    new Wanted("Squeeze", 1, "axes", ALL),
                    new Wanted("Unsqueeze", 1, "axes", ALL),
                    new Wanted("TopK", 1, "K", Set.of(TensorRtVersion.V8_4)),
                    new Wanted("InstanceNormalization", 1, "scale", Set.of(TensorRtVersion.V8_4)),
                    new Wanted("InstanceNormalization", 2, "B", Set.of(TensorRtVersion.V8_4)),
                    new Wanted("ConvTranspose", 2, "B", Set.of(TensorRtVersion.V8_4)));

    private record Wanted(String operator, int input, String name, Set<TensorRtVersion> versions) {}

    @Override
    public String name() {
        return "constant-input";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        for (NodeProto node : graph.nodes()) {
            for (Wanted wanted : WANTED) {
                if (Nodes.is(node, wanted.operator())
                        && wanted.versions().contains(graph.version())
                        && Nodes.input(node, wanted.input()).isPresent()
                        && graph.movedConstant(node.getInput(wanted.input())).isEmpty()) {
                    findings.error(
                            Nodes.nameOf(node),
                            node.getInput(wanted.input()),
                            String.format(
                                    "%s wants %s of %s as a constant",
                                    graph.version(), wanted.name(), node.getOpType()),
                            "export with constants folded");
                }
            }
        }
    }
}
