package io.rangefinder.engine.export.graph;

import ai.djl.MalformedModelException;
import ai.onnx.proto.OnnxMl.ModelProto;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Computes constants with ONNX Runtime: the operators' reference, as far as there is one. */
final class ConstantEvaluator {

    private final List<Node> nodes;
    private final GraphTensors tensors;
    private final int opset;

    ConstantEvaluator(List<Node> nodes, GraphTensors tensors, int opset) {
        this.nodes = nodes;
        this.tensors = tensors;
        this.opset = opset;
    }

    /** Computes tensors that follow from initializers alone. */
    Map<String, Initializer> evaluate(Collection<String> wanted)
            throws IOException, MalformedModelException {
        Map<String, Initializer> results = new LinkedHashMap<>();
        ModelProto.Builder model = GraphWriter.newModel(opset);
        Map<String, Node> producers = new HashMap<>();
        nodes.forEach(n -> n.outputs().forEach(o -> producers.put(o, n)));
        Set<Node> needed = new HashSet<>();
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(wanted);
        while (!open.isEmpty()) {
            String id = open.pop();
            if (id.isEmpty() || !seen.add(id)) {
                continue;
            }
            if (tensors.initializers().containsKey(id)) {
                Initializer initializer = tensors.initializers().get(id);
                model.getGraphBuilder()
                        .addInitializer(GraphWriter.tensor(id, initializer, tensors.read(id)));
            } else if (needed.add(producers.get(id))) {
                open.addAll(producers.get(id).inputs());
            }
        }
        nodes.stream()
                .filter(needed::contains)
                .forEach(n -> model.getGraphBuilder().addNode(GraphWriter.node(n, "", id -> id)));
        for (String id : wanted) {
            GraphTensors.Info tensor = tensors.info(id);
            model.getGraphBuilder()
                    .addOutput(GraphWriter.valueInfo(id, tensor.type(), tensor.shape()));
        }
        try (OrtModel session =
                OrtModel.load(
                        model.build().toByteArray(),
                        tensors.storages().file() + "'s constants",
                        Execution.UNOPTIMIZED,
                        1)) {
            for (NamedTensor value : session.run(List.of())) {
                byte[] bytes = new byte[value.data().capacity()];
                value.data().duplicate().clear().get(bytes);
                results.put(
                        value.name(),
                        new Initializer.Known(
                                "",
                                tensors.info(value.name()).type(),
                                tensors.info(value.name()).shape().stream()
                                        .map(Dim::value)
                                        .toList(),
                                bytes));
            }
        }
        return results;
    }
}
