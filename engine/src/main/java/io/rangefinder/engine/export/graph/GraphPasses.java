package io.rangefinder.engine.export.graph;

import ai.djl.MalformedModelException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is done to a graph when all its nodes are there. */
final class GraphPasses {

    /** A constant of more bytes stays as it is computed. */
    private static final long MAX_CONSTANT = 64L << 20;

    private List<Node> nodes;
    private final GraphTensors tensors;

    GraphPasses(List<Node> nodes, GraphTensors tensors) {
        this.nodes = nodes;
        this.tensors = tensors;
    }

    List<Node> nodes() {
        return nodes;
    }

    /** Removes nodes and constants that no output follows from. */
    void removeUnused(Collection<String> outputs) {
        Set<String> used = Ancestors.of(nodes, outputs);
        nodes = new ArrayList<>(nodes);
        nodes.removeIf(n -> !Ancestors.makesAny(n, used));
        tensors.initializers().keySet().retainAll(used);
    }

    /**
     * Converts inputs of bytes first.
     *
     * @return the tensors that are no more, each with the one that has its values
     */
    Map<String, String> moveCasts(Collection<String> inputs, Collection<String> outputs) {
        Map<String, String> aliases = new LinkedHashMap<>();
        nodes = CastsFirst.move(nodes, tensors, inputs, outputs, aliases);
        return aliases;
    }

    /** Computes the constants that other nodes read. */
    void computeConstants(ConstantEvaluator evaluator, Collection<String> outputs)
            throws IOException, MalformedModelException {
        Set<String> made = new HashSet<>();
        nodes.forEach(n -> made.addAll(n.outputs()));
        Set<String> wanted = new LinkedHashSet<>();
        for (Node node : nodes) {
            if (!isConstant(node)) {
                node.inputs().stream().filter(made::contains).forEach(wanted::add);
            }
        }
        outputs.stream().filter(made::contains).forEach(wanted::add);
        wanted.removeIf(id -> !tensors.isConstant(id) || tensors.info(id).bytes() > MAX_CONSTANT);
        if (wanted.isEmpty()) {
            return;
        }
        Map<String, String> scopes = new HashMap<>();
        nodes.forEach(n -> n.outputs().forEach(o -> scopes.put(o, n.scope())));
        Map<String, Initializer.Known> computed = evaluator.evaluate(wanted);
        computed.forEach(
                (id, known) ->
                        tensors.initializers().put(id, known.named(scopes.get(id) + ".Constant")));
        nodes.removeIf(n -> isConstant(n) && computed.keySet().containsAll(n.outputs()));
        removeUnused(outputs);
    }

    private boolean isConstant(Node node) {
        return node.outputs().stream()
                .filter(o -> !o.isEmpty())
                .allMatch(o -> tensors.isConstant(o));
    }

    /** Keeps zeros that a max pool is padded with. */
    void keepZeroPads() {
        nodes = ZeroPads.keep(nodes, tensors);
    }

    /** Folds each batch norm into the layer whose output only it reads. */
    void foldBatchNorms(Collection<String> outputs) throws IOException, MalformedModelException {
        nodes = new BatchNormFolding(nodes, tensors).fold(new HashSet<>(outputs));
    }
}
