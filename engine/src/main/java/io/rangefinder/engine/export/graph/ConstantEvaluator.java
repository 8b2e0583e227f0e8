package io.rangefinder.engine.export.graph;

import ai.djl.MalformedModelException;
import ai.djl.engine.EngineException;
import ai.onnx.proto.OnnxMl.ModelProto;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.io.IOException;
import java.util.Collection;
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
    private final ConstantBudget budget;

    ConstantEvaluator(List<Node> nodes, GraphTensors tensors, int opset, ConstantBudget budget) {
        this.nodes = nodes;
        this.tensors = tensors;
        this.opset = opset;
        this.budget = budget;
    }

    /**
     * Computes tensors that follow from initializers alone. Those for which the budget is too small
     * are left out.
     */
    Map<String, Initializer.Known> evaluate(Collection<String> wanted)
            throws IOException, MalformedModelException {
        Set<String> affordable = affordable(Ancestors.of(nodes, wanted));
        List<String> computed = wanted.stream().filter(affordable::contains).toList();
        if (computed.isEmpty()) {
            return Map.of();
        }
        ModelProto model = model(computed);
        String source = tensors.storages().name() + "'s constants";
        Map<String, Initializer.Known> results = new LinkedHashMap<>();
        try (OrtModel session =
                OrtModel.load(model.toByteArray(), source, Execution.UNOPTIMIZED, 1)) {
            for (NamedTensor value : session.run(List.of())) {
                results.put(value.name(), known(value));
            }
        } catch (EngineException e) {
            throw new MalformedModelException(
                    source + " can't be computed: " + e.getMessage() + "; do not trust this file",
                    e);
        }
        return results;
    }

    private Initializer.Known known(NamedTensor value) {
        byte[] bytes = new byte[value.data().capacity()];
        value.data().duplicate().clear().get(bytes);
        GraphTensors.Info tensor = tensors.info(value.name());
        return new Initializer.Known(
                "", tensor.type(), tensor.shape().stream().map(Dim::value).toList(), bytes);
    }

    private Set<String> affordable(Set<String> needed) {
        Set<String> affordable = new HashSet<>(Set.of(""));
        tensors.initializers()
                .forEach(
                        (id, weight) -> {
                            if (needed.contains(id) && budget.take(weight)) {
                                affordable.add(id);
                            }
                        });
        for (Node node : nodes) {
            if (Ancestors.makesAny(node, needed)
                    && affordable.containsAll(node.inputs())
                    && budget.take(node, tensors)) {
                affordable.addAll(node.outputs());
            }
        }
        return affordable;
    }

    private ModelProto model(List<String> wanted) throws IOException, MalformedModelException {
        Set<String> needed = Ancestors.of(nodes, wanted);
        ModelProto.Builder model = GraphWriter.newModel(opset);
        for (Map.Entry<String, Initializer> entry : tensors.initializers().entrySet()) {
            if (needed.contains(entry.getKey())) {
                byte[] bytes = tensors.read(entry.getKey());
                model.getGraphBuilder()
                        .addInitializer(
                                GraphWriter.tensor(entry.getKey(), entry.getValue(), bytes));
            }
        }
        nodes.stream()
                .filter(n -> Ancestors.makesAny(n, needed))
                .forEach(n -> model.getGraphBuilder().addNode(GraphWriter.node(n, "", id -> id)));
        for (String id : wanted) {
            GraphTensors.Info tensor = tensors.info(id);
            model.getGraphBuilder()
                    .addOutput(GraphWriter.valueInfo(id, tensor.type(), tensor.shape()));
        }
        return model.build();
    }
}
