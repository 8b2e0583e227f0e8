package io.rangefinder.engine.export.graph;

import io.rangefinder.engine.operators.WeightedOperator;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The names of a graph's tensors: inputs by their argument, what is a hook point by that, weights
 * by their PyTorch path, the rest by the layer and the operators that it is part of. A node with a
 * weight goes by its layer's path, which is how people ask for layers; others by what they make.
 */
final class TensorNames {

    private final List<Node> nodes;
    private final Map<String, String> names = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<Node, String> namesOfNodes = new IdentityHashMap<>();
    private final Map<String, List<String>> hooksOfTensors = new LinkedHashMap<>();
    private final Set<String> lostHooks = new HashSet<>();

    TensorNames(
            List<Node> nodes,
            GraphTensors tensors,
            Map<String, String> inputs,
            Map<String, ? extends Collection<String>> hooks) {
        this.nodes = nodes;
        inputs.forEach(this::name);
        Set<String> made = new HashSet<>();
        nodes.forEach(n -> made.addAll(n.outputs()));
        hooks.forEach(
                (id, points) -> {
                    if (made.contains(id) && !names.containsKey(id)) {
                        name(id, best(points));
                    }
                    if (names.containsKey(id)) {
                        hooksOfTensors.put(names.get(id), List.copyOf(points));
                    } else {
                        lostHooks.addAll(points);
                    }
                });
        tensors.initializers().forEach((id, initializer) -> name(id, initializer.name()));
        for (Node node : nodes) {
            node.outputs().stream()
                    .filter(o -> !o.isEmpty() && !names.containsKey(o))
                    .forEach(o -> name(o, node.scope() + "." + node.operator()));
        }
        nameNodes(tensors.weights());
    }

    private void nameNodes(Set<String> weights) {
        Set<String> used = new HashSet<>();
        for (Node node : nodes) {
            boolean weighted =
                    WeightedOperator.of(node.operator()).isPresent()
                            && weights.contains(node.inputs().get(1))
                            && node.scope().indexOf('/') > 0;
            String layer = node.scope().substring(0, Math.max(0, node.scope().lastIndexOf('/')));
            if (weighted && used.add(layer)) {
                namesOfNodes.put(node, layer);
            }
        }
        for (Node node : nodes) {
            if (!namesOfNodes.containsKey(node)) {
                String wanted = names.get(node.outputs().get(0));
                String name = wanted;
                for (int n = 1; !used.add(name); n++) {
                    name = wanted + "." + node.operator() + (n == 1 ? "" : "#" + n);
                }
                namesOfNodes.put(node, name);
            }
        }
    }

    /** The innermost module that gives a tensor is marked first; operators' names hold a slash. */
    private static String best(Collection<String> points) {
        Optional<String> module = points.stream().filter(p -> p.indexOf('/') < 0).findFirst();
        return module.orElseGet(() -> points.iterator().next());
    }

    private void name(String id, String wanted) {
        String name = wanted;
        while (!taken.add(name)) {
            // Counts on from where it ended, as thousands may want one name.
            name = wanted + "#" + numbers.merge(wanted, 1, Integer::sum);
        }
        names.put(id, name);
    }

    String ofNode(Node node) {
        return namesOfNodes.get(node);
    }

    List<Node> nodes() {
        return nodes;
    }

    String of(String id) {
        return names.get(id);
    }

    /** The hook points of each tensor that is any. */
    Map<String, List<String>> hooks() {
        return hooksOfTensors;
    }

    /** The hook points of tensors that are no longer there; another tensor may be one of them. */
    Collection<String> lostHooks() {
        return lostHooks;
    }
}
