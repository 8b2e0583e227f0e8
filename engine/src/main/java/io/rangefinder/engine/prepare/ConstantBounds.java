package io.rangefinder.engine.prepare;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Ranks;
import io.rangefinder.engine.onnx.Tensors;
import java.util.List;
import java.util.Optional;

/**
 * Writes bounds as kernels know them: Max and Min with constant numbers as Clip, or as Relu where
 * the number is 0; bounds that follow one another as one; and none that bounds nothing. TensorRT
 * computes an elementwise operator's constant side on a device; it refuses infinite bounds.
 */
final class ConstantBounds implements Pass {

    @Override
    public void apply(OnnxGraph graph, OnnxModel model) throws InvalidOnnxException {
        Ranks ranks = new Ranks(model.proto().getGraph());
        for (NodeProto.Builder node : graph.nodes()) {
            bounds(graph, ranks, node).ifPresent(b -> replace(graph, node, b));
        }
        // What follows one another was written by the loop above.
        for (NodeProto.Builder node : graph.topologicalOrder()) {
            join(graph, ranks, node);
        }
    }

    /**
     * What a node does to each number: {@code min(max(x, low), high)}.
     *
     * @param data the tensor of the numbers
     * @param low the lower bound, {@code -Infinity} for none
     * @param high the upper bound, {@code Infinity} for none
     */
    private record Bounds(String data, float low, float high) {

        /** These, and then others. */
        Bounds then(Bounds next) {
            return new Bounds(data, next.of(low), next.of(high));
        }

        private float of(float x) {
            return Math.min(Math.max(x, low), high);
        }

        boolean fit() {
            return low < Float.POSITIVE_INFINITY && high > Float.NEGATIVE_INFINITY && low <= high;
        }
    }

    private static Optional<Bounds> bounds(OnnxGraph graph, Ranks ranks, NodeProto.Builder node) {
        if (Nodes.is(node, "Relu")) {
            return Optional.of(new Bounds(node.getInput(0), 0, Float.POSITIVE_INFINITY));
        }
        Optional<Bounds> bounds =
                switch (node.getOpType()) {
                    case "Clip" -> clip(graph, node);
                    case "Max", "Min" -> extremes(graph, ranks, node);
                    default -> Optional.empty();
                };
        return bounds.filter(Bounds::fit).filter(b -> graph.constant(b.data()).isEmpty());
    }

    private static Optional<Bounds> clip(OnnxGraph graph, NodeProto.Builder node) {
        Optional<String> low = Nodes.input(node, 1);
        Optional<String> high = Nodes.input(node, 2);
        Optional<Float> least =
                low.isEmpty()
                        ? Optional.of(Float.NEGATIVE_INFINITY)
                        : low.flatMap(t -> number(graph, t));
        Optional<Float> greatest =
                high.isEmpty()
                        ? Optional.of(Float.POSITIVE_INFINITY)
                        : high.flatMap(t -> number(graph, t));
        return least.isPresent() && greatest.isPresent()
                ? Optional.of(new Bounds(node.getInput(0), least.get(), greatest.get()))
                : Optional.empty();
    }

    /** One tensor beside numbers. */
    private static Optional<Bounds> extremes(OnnxGraph graph, Ranks ranks, NodeProto.Builder node) {
        boolean lower = Nodes.is(node, "Max");
        float bound = lower ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
        int axes = 0;
        String data = null;
        for (String input : node.getInputList()) {
            Optional<Float> number = number(graph, input);
            if (number.isPresent()) {
                bound = lower ? Math.max(bound, number.get()) : Math.min(bound, number.get());
                axes = Math.max(axes, graph.constant(input).orElseThrow().getDimsCount());
            } else if (data == null) {
                data = input;
            } else {
                return Optional.empty();
            }
        }
        boolean addsAxes = data != null && axes > ranks.of(data).orElse(Math.min(axes, 1));
        if (data == null || addsAxes) {
            return Optional.empty();
        }
        return Optional.of(
                lower
                        ? new Bounds(data, bound, Float.POSITIVE_INFINITY)
                        : new Bounds(data, Float.NEGATIVE_INFINITY, bound));
    }

    /** The value of a constant of one number of float32. */
    private static Optional<Float> number(OnnxGraph graph, String tensor) {
        return graph.constant(tensor)
                .filter(t -> Tensors.isFloat(t) && Tensors.elements(t) == 1)
                .map(t -> Tensors.floats(t)[0])
                .filter(v -> !v.isNaN());
    }

    /** Does before a node what it does, if nothing else reads what is between. */
    private static void join(OnnxGraph graph, Ranks ranks, NodeProto.Builder node) {
        Optional<Bounds> second = bounds(graph, ranks, node);
        Optional<NodeProto.Builder> before =
                second.map(Bounds::data)
                        .filter(t -> !graph.isOutput(t) && graph.consumers(t).size() == 1)
                        .flatMap(graph::producer);
        before.flatMap(b -> bounds(graph, ranks, b))
                .map(first -> first.then(second.orElseThrow()))
                .filter(Bounds::fit)
                .ifPresent(
                        both -> {
                            graph.remove(before.orElseThrow());
                            replace(graph, node, both);
                        });
    }

    private static void replace(OnnxGraph graph, NodeProto.Builder node, Bounds bounds) {
        boolean low = bounds.low() > Float.NEGATIVE_INFINITY;
        boolean high = bounds.high() < Float.POSITIVE_INFINITY;
        boolean relu = bounds.low() == 0 && !high;
        String operator = relu ? "Relu" : low || high ? "Clip" : "Identity";
        if (Nodes.is(node, operator) && isPlain(node, bounds, low, high)) {
            return;
        }
        NodeProto.Builder plain =
                Nodes.of(operator, node.getName(), List.of(bounds.data()), node.getOutput(0));
        if (operator.equals("Clip")) {
            plain.addInput(low ? bound(graph, node, "_bound", bounds.low()) : "");
            if (high) {
                plain.addInput(bound(graph, node, low ? "_upper" : "_bound", bounds.high()));
            }
        }
        graph.remove(node);
        graph.add(plain);
    }

    /** Whether a node of the right operator has these bounds and no others already. */
    private static boolean isPlain(
            NodeProto.Builder node, Bounds bounds, boolean low, boolean high) {
        return node.getInput(0).equals(bounds.data())
                && (!Nodes.is(node, "Clip")
                        || Nodes.input(node, 1).isPresent() == low
                                && Nodes.input(node, 2).isPresent() == high);
    }

    private static String bound(
            OnnxGraph graph, NodeProto.Builder node, String suffix, float value) {
        String name = graph.unusedName(node.getOutput(0) + suffix);
        graph.addInitializer(Tensors.floats(name, new float[] {value}));
        return name;
    }
}
