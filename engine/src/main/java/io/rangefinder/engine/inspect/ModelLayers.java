package io.rangefinder.engine.inspect;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Tensors;
import io.rangefinder.engine.operators.OperatorSet;
import io.rangefinder.engine.operators.WeightedOperator;
import io.rangefinder.engine.quantization.UnquantizedLayers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The weighted layers of an ONNX model and the Q/DQ around them. Immutable. */
final class ModelLayers {

    private final OnnxGraph graph;
    private final Map<String, NodeProto.Builder> byLayerName = new HashMap<>();
    private final Set<String> ambiguous = new HashSet<>();
    private final List<Weighted> weighted = new ArrayList<>();
    private final List<Unquantized> unquantized = new ArrayList<>();

    /**
     * A layer with weights that no Q/DQ reach.
     *
     * @param name its node's name
     * @param operator its operator
     * @param output its first output
     * @param reason why none do
     */
    record Unquantized(String name, String operator, String output, String reason) {}

    /**
     * A convolution or linear layer with a constant weight.
     *
     * @param node its node
     * @param layer TensorRT's name for it
     * @param weightQuantizer the node that quantizes its weight
     * @param inputQuantized whether its input comes from a DQ
     * @param group what TensorRT's log calls a convolution by, when it refuses its INT8
     * @param otherType what its Q/DQ make, if that isn't INT8
     */
    record Weighted(
            NodeProto.Builder node,
            String layer,
            Optional<String> weightQuantizer,
            boolean inputQuantized,
            Optional<OptimizerLog.Group> group,
            Optional<String> otherType) {}

    ModelLayers(OnnxModel model) throws InvalidOnnxException {
        graph = model.graph();
        for (NodeProto.Builder node : graph.nodes()) {
            if (byLayerName.put(layerName(node), node) != null) {
                ambiguous.add(layerName(node));
            }
        }
        for (NodeProto.Builder node : graph.nodes()) {
            if (WeightedOperator.is(node) && isConstant(node.getInput(1))) {
                weighted.add(weighted(node));
            }
        }
        Set<String> varying = graph.varying();
        for (NodeProto.Builder node : graph.nodes()) {
            UnquantizedLayers.reason(node, t -> !varying.contains(t))
                    .ifPresent(reason -> unquantized.add(unquantized(node, reason)));
            Nodes.bodies(node).forEach(this::lookInside);
        }
    }

    private void lookInside(GraphProto body) {
        for (NodeProto node : body.getNodeList()) {
            if (WeightedOperator.is(node)
                    || UnquantizedLayers.reason(node, t -> false).isPresent()) {
                unquantized.add(unquantized(node, "inside the body of an If, Loop or Scan"));
            }
            Nodes.bodies(node).forEach(this::lookInside);
        }
    }

    private static Unquantized unquantized(NodeProtoOrBuilder node, String reason) {
        return new Unquantized(Nodes.nameOf(node), node.getOpType(), node.getOutput(0), reason);
    }

    List<Unquantized> unquantized() {
        return unquantized;
    }

    /** As TensorRT's parser calls the layer of a node; a node without a name goes by its output. */
    private static String layerName(NodeProto.Builder node) {
        return node.getName().isEmpty() && node.getOutputCount() > 0
                ? "node_of_" + node.getOutput(0)
                : node.getName();
    }

    List<Weighted> weighted() {
        return weighted;
    }

    boolean isQuantized() {
        return graph.nodes().stream().anyMatch(ModelLayers::isQdq);
    }

    /** Whether several nodes have the layer's name, so that the log does not tell them apart. */
    boolean isAmbiguous(String layer) {
        return ambiguous.contains(layer);
    }

    /** The node that TensorRT made a layer of; it numbers the clones that it makes. */
    Optional<NodeProto.Builder> node(String layer) {
        return Optional.ofNullable(byLayerName.get(layer.replaceAll("(_clone_\\d+)+$", "")));
    }

    boolean isWeighted(NodeProto.Builder node) {
        String name = layerName(node);
        return weighted.stream().anyMatch(w -> w.layer().equals(name));
    }

    OnnxGraph graph() {
        return graph;
    }

    static boolean isQdq(NodeProto.Builder node) {
        return Nodes.is(node, "QuantizeLinear", "DequantizeLinear");
    }

    private Weighted weighted(NodeProto.Builder node) {
        return new Weighted(
                node,
                layerName(node),
                weightQuantizer(node.getInput(1)),
                isDequantized(node.getInput(0)),
                group(node),
                QdqTypes.other(graph, node.getInput(0))
                        .or(() -> QdqTypes.other(graph, node.getInput(1))));
    }

    private boolean isConstant(String tensor) {
        return graph.constant(
                        before(tensor, n -> isQdq(n) || OperatorSet.CROSSED_BY_DQ.contains(n)))
                .isPresent();
    }

    private Optional<String> weightQuantizer(String tensor) {
        Optional<NodeProto.Builder> dequantizer = dequantizer(tensor);
        // A weight that is stored in int8 has no Q of its own: its DQ stands for it.
        return dequantizer
                .flatMap(d -> graph.producer(d.getInput(0)))
                .filter(n -> Nodes.is(n, "QuantizeLinear"))
                .or(() -> dequantizer)
                .map(ModelLayers::layerName);
    }

    /** Whether a tensor comes from a DQ, moved or not. */
    boolean isDequantized(String tensor) {
        return dequantizer(tensor).isPresent();
    }

    private Optional<NodeProto.Builder> dequantizer(String tensor) {
        return graph.producer(before(tensor, n -> OperatorSet.CROSSED_BY_DQ.contains(n)))
                .filter(n -> Nodes.is(n, "DequantizeLinear"));
    }

    /** The tensor that goes into a row of nodes, by the data that comes out of the last. */
    private String before(String tensor, Predicate<NodeProto.Builder> passed) {
        Set<String> seen = new HashSet<>();
        String at = tensor;
        Optional<NodeProto.Builder> producer = graph.producer(at).filter(passed);
        // Nobody has looked for cycles yet.
        while (producer.isPresent() && seen.add(at)) {
            at = producer.get().getInput(0);
            producer = graph.producer(at).filter(passed);
        }
        return at;
    }

    private Optional<OptimizerLog.Group> group(NodeProto.Builder node) {
        long groups = Nodes.integer(node, "group", 1);
        Optional<TensorProto> weight = weight(node.getInput(1));
        if (!WeightedOperator.isConvolution(node) || weight.isEmpty() || groups == 1) {
            return Optional.empty();
        }
        long[] shape = Tensors.shape(weight.get());
        return WeightedOperator.of(node)
                .map(
                        o ->
                                new OptimizerLog.Group(
                                        groups,
                                        o.inputChannels(node, shape),
                                        o.channels(node, shape)));
    }

    private Optional<TensorProto> weight(String tensor) {
        return graph.constant(before(tensor, ModelLayers::isQdq));
    }
}
