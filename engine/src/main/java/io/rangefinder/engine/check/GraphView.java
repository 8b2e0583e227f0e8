package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.onnx.ConstantNodes;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.operators.WeightedOperator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A graph to look at, which may be anything but well made: who makes and who reads each tensor, and
 * which are constants. Names that a body does not make are looked up in the graph around it. Not
 * safe for use from several threads.
 */
final class GraphView {

    /** Where a walk ends in a graph that has a cycle. */
    private static final int MOST_STEPS = 64;

    private final GraphProto proto;
    private final Optional<GraphView> outer;
    private final OnnxModel model;
    private final TensorRtVersion version;
    private final Map<String, NodeProto> producers = new HashMap<>();
    private final Map<String, List<NodeProto>> readers = new HashMap<>();
    private final Map<String, TensorProto> constants = new HashMap<>();
    private final Set<String> inputs = new HashSet<>();
    private final Set<String> outputs = new HashSet<>();

    private GraphView(
            GraphProto proto, Optional<GraphView> outer, OnnxModel model, TensorRtVersion version) {
        this.proto = proto;
        this.outer = outer;
        this.model = model;
        this.version = version;
        proto.getInputList().forEach(i -> inputs.add(i.getName()));
        proto.getOutputList().forEach(o -> outputs.add(o.getName()));
        proto.getInitializerList().forEach(t -> constants.put(t.getName(), t));
        for (NodeProto node : proto.getNodeList()) {
            node.getOutputList().forEach(o -> producers.putIfAbsent(o, node));
            ConstantNodes.value(node).ifPresent(t -> constants.putIfAbsent(t.getName(), t));
            for (String read : reads(node)) {
                readers.computeIfAbsent(read, k -> new ArrayList<>()).add(node);
            }
        }
    }

    /** The model's graph and then the bodies in it, outer ones first. */
    static List<GraphView> of(OnnxModel model, TensorRtVersion version) {
        List<GraphView> views = new ArrayList<>();
        views.add(new GraphView(model.proto().getGraph(), Optional.empty(), model, version));
        for (int i = 0; i < views.size(); i++) {
            GraphView view = views.get(i);
            for (NodeProto node : view.nodes()) {
                for (GraphProto body : Nodes.bodies(node)) {
                    views.add(new GraphView(body, Optional.of(view), model, version));
                }
            }
        }
        return views;
    }

    GraphProto proto() {
        return proto;
    }

    List<NodeProto> nodes() {
        return proto.getNodeList();
    }

    TensorRtVersion version() {
        return version;
    }

    OnnxModel model() {
        return model;
    }

    boolean isBody() {
        return outer.isPresent();
    }

    boolean isInput(String tensor) {
        return inputs.contains(tensor);
    }

    boolean isOutput(String tensor) {
        return outputs.contains(tensor);
    }

    /** Whether something in this graph or around it gives a tensor its value. */
    boolean isMade(String tensor) {
        return isInput(tensor)
                || constants.containsKey(tensor)
                || producers.containsKey(tensor)
                || outer.map(o -> o.isMade(tensor)).orElse(false);
    }

    Optional<NodeProto> producer(String tensor) {
        return Optional.ofNullable(producers.get(tensor))
                .or(() -> isInput(tensor) ? Optional.empty() : fromOuter(tensor));
    }

    private Optional<NodeProto> fromOuter(String tensor) {
        return constants.containsKey(tensor)
                ? Optional.empty()
                : outer.flatMap(o -> o.producer(tensor));
    }

    /** The node that makes an input of another, if it is one of these operators. */
    Optional<NodeProto> producer(NodeProto reader, int input, String... operators) {
        return Nodes.input(reader, input)
                .flatMap(this::producer)
                .filter(n -> Nodes.is(n, operators));
    }

    /** Who reads a tensor in this graph, owners of bodies that do included. */
    List<NodeProto> readers(String tensor) {
        return readers.getOrDefault(tensor, List.of());
    }

    /** An initializer or the value of a Constant node, as the parser itself sees constants. */
    Optional<TensorProto> constant(String tensor) {
        if (constants.containsKey(tensor)) {
            return Optional.of(constants.get(tensor));
        }
        return isInput(tensor) || producers.containsKey(tensor)
                ? Optional.empty()
                : outer.flatMap(o -> o.constant(tensor));
    }

    Optional<TensorProto> constant(NodeProto node, int input) {
        return Nodes.input(node, input).flatMap(this::constant);
    }

    /** As {@link #constant}, through nodes that only move data. */
    Optional<TensorProto> movedConstant(String tensor) {
        String at = tensor;
        for (int i = 0; i < MOST_STEPS; i++) {
            Optional<TensorProto> constant = constant(at);
            Optional<NodeProto> mover = producer(at).filter(Qdq::moves);
            if (constant.isPresent() || mover.isEmpty() || mover.get().getInputCount() == 0) {
                return constant;
            }
            at = mover.get().getInput(0);
        }
        return Optional.empty();
    }

    /**
     * The layer that a node belongs to, for people: of Q and DQ the one that reads them, a weighted
     * one if there is; of others the node itself.
     */
    String layerOf(NodeProto node) {
        NodeProto at = node;
        for (int i = 0; i < MOST_STEPS && Qdq.is(at) && at.getOutputCount() > 0; i++) {
            List<NodeProto> next = readers(at.getOutput(0));
            if (next.isEmpty()) {
                return producer(node, 0).map(Nodes::nameOf).orElse(Nodes.nameOf(node));
            }
            at = next.stream().filter(WeightedOperator::is).findFirst().orElse(next.get(0));
        }
        return Nodes.nameOf(at);
    }

    private Optional<NodeProto> producer(NodeProto reader, int input) {
        return Nodes.input(reader, input).flatMap(this::producer);
    }

    private static Set<String> reads(NodeProto node) {
        Set<String> reads = new LinkedHashSet<>(node.getInputList());
        for (GraphProto body : Nodes.bodies(node)) {
            body.getNodeList().forEach(n -> reads.addAll(reads(n)));
            body.getOutputList().forEach(o -> reads.add(o.getName()));
        }
        reads.remove("");
        return reads;
    }
}
