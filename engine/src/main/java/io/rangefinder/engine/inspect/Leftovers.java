package io.rangefinder.engine.inspect;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.inspect.InspectionReport.Leftover;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Says where in the model the kernels stand that its Q/DQ cost. */
final class Leftovers {

    /** What TensorRT fuses with the weighted layer before it. */
    private static final String[] FUSED_BEHIND = {
        "Relu",
        "LeakyRelu",
        "Clip",
        "Sigmoid",
        "Tanh",
        "HardSigmoid",
        "HardSwish",
        "Elu",
        "BatchNormalization",
        "Add"
    };

    private final ModelLayers model;
    private final OnnxGraph graph;

    Leftovers(ModelLayers model) {
        this.model = model;
        this.graph = model.graph();
    }

    /** Q and DQ that stay first, then what they keep from being fused. */
    List<Leftover> of(OptimizerLog log) {
        return Stream.concat(
                        log.leftOver().stream().map(k -> leftover(k, nodes(log, k))),
                        log.weightless().stream()
                                .flatMap(k -> heldApart(k, nodes(log, k)).stream()))
                .toList();
    }

    private List<NodeProto.Builder> nodes(OptimizerLog log, String kernel) {
        return log.partsOf(kernel).stream().flatMap(p -> model.node(p).stream()).toList();
    }

    private Leftover leftover(String kernel, List<NodeProto.Builder> nodes) {
        return nodes.isEmpty() || !ModelLayers.isQdq(nodes.get(0))
                ? new Leftover(kernel, "", "", List.of())
                : place(kernel, nodes, nodes.get(0).getInput(0));
    }

    /** Q/DQ stand between it and the layer to fuse with, or it casts to what a DQ reads. */
    private Optional<Leftover> heldApart(String kernel, List<NodeProto.Builder> nodes) {
        return nodes.stream().anyMatch(model::isWeighted)
                ? Optional.empty()
                : nodes.stream()
                        .flatMap(n -> cause(n).stream())
                        .findFirst()
                        .map(tensor -> place(kernel, nodes, tensor));
    }

    private Optional<String> cause(NodeProto.Builder node) {
        if (Nodes.is(node, "Cast")) {
            return Optional.of(node.getInput(0))
                    .filter(
                            t ->
                                    graph.consumers(node.getOutput(0)).stream()
                                            .anyMatch(ModelLayers::isQdq));
        }
        return Nodes.is(node, FUSED_BEHIND)
                ? node.getInputList().stream().filter(this::isDequantizedLayer).findFirst()
                : Optional.empty();
    }

    private boolean isDequantizedLayer(String tensor) {
        return model.isDequantized(tensor)
                && graph.producer(source(tensor)).filter(model::isWeighted).isPresent();
    }

    private Leftover place(String kernel, List<NodeProto.Builder> nodes, String tensor) {
        NodeProto.Builder last = nodes.get(nodes.size() - 1);
        return new Leftover(
                kernel, nodes.get(0).getOpType(), maker(tensor), readers(last.getOutput(0)));
    }

    /** The tensor before the Q/DQ that a tensor comes from. */
    private String source(String tensor) {
        return graph.producer(tensor)
                .filter(ModelLayers::isQdq)
                .map(n -> source(n.getInput(0)))
                .orElse(tensor);
    }

    private String maker(String tensor) {
        String source = source(tensor);
        return graph.producer(source)
                .map(Nodes::nameOf)
                .orElse((graph.constant(source).isPresent() ? "constant " : "input ") + source);
    }

    private List<String> readers(String tensor) {
        List<String> readers = new ArrayList<>();
        for (NodeProto.Builder reader : graph.consumers(tensor)) {
            if (ModelLayers.isQdq(reader)) {
                readers.addAll(readers(reader.getOutput(0)));
            } else {
                readers.add(Nodes.nameOf(reader));
            }
        }
        return readers;
    }
}
