package io.rangefinder.engine.prepare;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.session.TensorDescription;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives Squeeze without axes those that are 1 by what ONNX Runtime infers. TensorRT wants to know
 * how many axes are left, which such a Squeeze tells only of a tensor whose every length is known
 * ("Cannot infer squeeze dimensions from a dynamic shape").
 *
 * <p>PyTorch's {@code squeeze()} writes it, to take away an axis that is always 1. It takes an open
 * one, too, where that happens to be 1, a batch of one for example; with axes it keeps that. What
 * the file says of shapes behind such a one was then said of the batch that it was made with.
 */
final class SqueezeAxes implements Pass {

    private static final Logger LOG = LoggerFactory.getLogger(SqueezeAxes.class);

    @Override
    public void apply(OnnxGraph graph, OnnxModel model) throws InvalidOnnxException {
        Set<NodeProto.Builder> squeezes =
                graph.nodes().stream()
                        .filter(n -> Nodes.is(n, "Squeeze") && Nodes.input(n, 1).isEmpty())
                        .filter(n -> Nodes.attribute(n, "axes").isEmpty())
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        // What one gives is of an unknown number of axes until it has its own.
        Set<String> opened = new LinkedHashSet<>();
        boolean changed = true;
        while (changed && !squeezes.isEmpty()) {
            Map<String, long[]> shapes = shapes(model.withGraph(graph), tensors(squeezes));
            changed = squeezes.removeIf(n -> complete(graph, n, shapes, model, opened));
            graph.dependents(opened).forEach(graph::forgetType);
        }
        declareOutputs(graph, model, graph.dependents(opened));
    }

    private static Set<String> tensors(Set<NodeProto.Builder> squeezes) {
        return squeezes.stream()
                .map(n -> n.getInput(0))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static void declareOutputs(OnnxGraph graph, OnnxModel model, Set<String> tensors)
            throws InvalidOnnxException {
        Set<String> outputs = new LinkedHashSet<>(tensors);
        outputs.removeIf(t -> !graph.isOutput(t));
        if (!outputs.isEmpty()) {
            // ONNX Runtime tells no tensor without axes from one of which it does not know them.
            shapes(model.withGraph(graph), outputs).entrySet().stream()
                    .filter(e -> outputs.contains(e.getKey()) && e.getValue().length > 0)
                    .forEach(e -> graph.declareOutput(e.getKey(), e.getValue()));
        }
    }

    private static boolean complete(
            OnnxGraph graph,
            NodeProto.Builder node,
            Map<String, long[]> shapes,
            OnnxModel model,
            Set<String> opened) {
        long[] shape = shapes.getOrDefault(node.getInput(0), new long[0]);
        List<Long> axes =
                IntStream.range(0, shape.length)
                        .filter(i -> shape[i] == 1)
                        .asLongStream()
                        .boxed()
                        .toList();
        boolean isKnown = Arrays.stream(shape).allMatch(length -> length >= 0);
        if (axes.isEmpty()) {
            if (isKnown && shape.length > 0) {
                graph.remove(node);
                String data = node.getInput(0);
                graph.add(Nodes.of("Identity", node.getName(), List.of(data), node.getOutput(0)));
                return true;
            }
            return false;
        }
        String name = graph.unusedName(node.getOutput(0) + "_axes");
        graph.addInitializer(Tensors.longs(name, axes));
        graph.remove(node);
        String data = node.getInput(0);
        graph.add(Nodes.of("Squeeze", node.getName(), List.of(data, name), node.getOutput(0)));
        if (!isKnown) {
            opened.add(node.getOutput(0));
            LOG.warn(
                    "{}: {} (Squeeze) names no axes; it takes those away that are always 1, {}, and"
                            + " keeps the open ones where they are 1, too",
                    model.source(),
                    Nodes.nameOf(node),
                    axes);
        }
        return true;
    }

    /** What ONNX Runtime infers of tensors; declared shapes of outputs are kept out of it. */
    private static Map<String, long[]> shapes(OnnxModel model, Set<String> tensors)
            throws InvalidOnnxException {
        ModelProto.Builder open = model.proto().toBuilder();
        open.getGraphBuilder().clearOutput();
        for (String tensor : tensors) {
            open.getGraphBuilder().addOutputBuilder().setName(tensor);
        }
        Map<String, long[]> shapes = new HashMap<>();
        OnnxModel shown = OnnxModel.of(open.build(), model.source());
        try (OrtModel session = OrtModel.load(shown, Execution.UNOPTIMIZED, 1)) {
            for (TensorDescription output : session.outputs()) {
                shapes.put(output.name(), output.shape().getShape());
            }
        }
        return shapes;
    }
}
