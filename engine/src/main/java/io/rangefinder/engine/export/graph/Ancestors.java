package io.rangefinder.engine.export.graph;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What tensors follow from. */
final class Ancestors {

    private Ancestors() {}

    /**
     * Some tensors and all that they follow from, by name.
     *
     * @param nodes the graph's nodes, each behind those whose tensors it reads
     */
    static Set<String> of(List<Node> nodes, Collection<String> tensors) {
        Set<String> ancestors = new HashSet<>(tensors);
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (makesAny(nodes.get(i), ancestors)) {
                ancestors.addAll(nodes.get(i).inputs());
            }
        }
        return ancestors;
    }

    /** Whether a node makes one of some tensors. */
    static boolean makesAny(Node node, Set<String> tensors) {
        return node.outputs().stream().anyMatch(tensors::contains);
    }
}
