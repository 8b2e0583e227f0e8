package io.rangefinder.engine.prepare;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Ranks;
import io.rangefinder.engine.onnx.Tensors;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Writes bounds as kernels know them: Max and Min with one constant number as Clip, or as Relu
 * where the number is 0, and Clip without the bounds that bound nothing. TensorRT computes an
 * elementwise operator's constant side on a device; it refuses infinite bounds.
 */
final class ConstantBounds implements Pass {

    @Override
    public void apply(OnnxGraph graph, OnnxModel model) {
        Ranks ranks = new Ranks(model.proto().getGraph());
        for (NodeProto.Builder node : graph.nodes()) {
            if (Nodes.is(node, "Max", "Min") && node.getInputCount() == 2) {
                bound(graph, ranks, node);
            }
            if (Nodes.is(node, "Clip")) {
                withoutInfinities(graph, node);
            }
        }
    }

    private static void bound(OnnxGraph graph, Ranks ranks, NodeProto.Builder node) {
        Optional<Integer> constant =
                IntStream.of(0, 1)
                        .boxed()
                        .filter(i -> number(graph, node.getInput(i)).isPresent())
                        .findFirst();
        if (constant.isEmpty()) {
            return;
        }
        String data = node.getInput(1 - constant.get());
        TensorProto tensor = graph.constant(node.getInput(constant.get())).orElseThrow();
        boolean addsAxes = tensor.getDimsCount() > ranks.of(data).orElse(1);
        if (addsAxes || graph.constant(data).isPresent()) {
            return;
        }
        float bound = Tensors.floats(tensor)[0];
        boolean lower = Nodes.is(node, "Max");
        NodeProto.Builder clip = Nodes.of("Relu", node.getName(), List.of(data), node.getOutput(0));
        if (!lower || bound != 0) {
            String name = graph.unusedName(node.getOutput(0) + "_bound");
            graph.addInitializer(Tensors.floats(name, new float[] {bound}));
            clip.setOpType("Clip");
            if (!lower) {
                clip.addInput("");
            }
            clip.addInput(name);
        }
        graph.remove(node);
        graph.add(clip);
    }

    /** The value of a constant of one finite number of float32. */
    private static Optional<Float> number(OnnxGraph graph, String tensor) {
        return graph.constant(tensor)
                .filter(t -> Tensors.isFloat(t) && Tensors.elements(t) == 1)
                .map(t -> Tensors.floats(t)[0])
                .filter(Float::isFinite);
    }

    private static void withoutInfinities(OnnxGraph graph, NodeProto.Builder clip) {
        leaveOut(graph, clip, 1, Float.NEGATIVE_INFINITY);
        leaveOut(graph, clip, 2, Float.POSITIVE_INFINITY);
        if (Nodes.input(clip, 1).isEmpty() && Nodes.input(clip, 2).isEmpty()) {
            NodeProto.Builder same =
                    Nodes.of(
                            "Identity",
                            clip.getName(),
                            List.of(clip.getInput(0)),
                            clip.getOutput(0));
            graph.remove(clip);
            graph.add(same);
        }
    }

    private static void leaveOut(
            OnnxGraph graph, NodeProto.Builder clip, int input, float infinity) {
        boolean isInfinite =
                Nodes.input(clip, input)
                        .flatMap(graph::constant)
                        .filter(t -> Tensors.isFloat(t) && Tensors.elements(t) == 1)
                        .filter(t -> Tensors.floats(t)[0] == infinity)
                        .isPresent();
        if (isInfinite) {
            graph.setInput(clip, input, "");
        }
    }
}
