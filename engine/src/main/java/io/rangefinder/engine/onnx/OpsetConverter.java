package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Raises a model of opset 11 or 12 to 13, the first with a scale per channel in QuantizeLinear and
 * the last that TensorRT 8.4 reads. What the model computes stays the same.
 *
 * <p>Between 11 and 13 these operators changed, as <a
 * href="https://github.com/onnx/onnx/blob/main/docs/Changelog.md">ONNX's changelog</a> tells: axes
 * of Squeeze, Unsqueeze and ReduceSum, split of Split (13) and ratio of Dropout (12) turned from
 * attributes into inputs; Softmax, LogSoftmax and Hardmax, which saw two axes only, work along one
 * (13); Resize lost {@code tf_half_pixel_for_nn} and no longer wants empty inputs (13). Others only
 * gained types.
 */
public final class OpsetConverter {

    /** The opset to raise to. */
    public static final long OPSET = 13;

    /**
     * The highest opset that is kept; ONNX Runtime 1.21, its build for GPUs, reads no higher one.
     */
    public static final long MOST_OPSET = 22;

    private final String source;
    private final UnusedNames names;

    private OpsetConverter(OnnxModel model) {
        source = model.source();
        names = new UnusedNames(OnnxGraph.allNames(model.proto().getGraph()));
    }

    /**
     * Raises a model to opset 13 if it is below, in the bodies of If, Loop and Scan too. A model of
     * opset 13 to 22 is returned as it is: QuantizeLinear means the same there for int8.
     *
     * @param model the model
     * @return the model with opset 13 or above
     * @throws InvalidOnnxException if the opset is above 22, or if a node has no equal in opset 13
     */
    public static OnnxModel raise(OnnxModel model) throws InvalidOnnxException {
        if (model.opset() > MOST_OPSET) {
            throw new InvalidOnnxException(
                    model.source(),
                    "uses opset " + model.opset() + ", which is too new; export with opset 13");
        }
        if (model.opset() >= OPSET) {
            return model;
        }
        if (model.proto().getFunctionsCount() > 0) {
            throw new InvalidOnnxException(
                    model.source(), "has functions of its own in opset 11 or 12; export with 13");
        }
        OpsetConverter converter = new OpsetConverter(model);
        ModelProto.Builder raised = model.proto().toBuilder();
        converter.convert(raised.getGraphBuilder());
        for (OperatorSetIdProto.Builder opset : raised.getOpsetImportBuilderList()) {
            if (Nodes.isDefaultDomain(opset.getDomain())) {
                opset.setVersion(OPSET);
            }
        }
        return OnnxModel.of(raised.build(), model.source());
    }

    private void convert(GraphProto.Builder graph) throws InvalidOnnxException {
        Ranks ranks = new Ranks(graph.build());
        List<NodeProto> nodes = List.copyOf(graph.getNodeList());
        graph.clearNode();
        for (NodeProto old : nodes) {
            NodeProto.Builder node = old.toBuilder();
            for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
                if (attribute.hasG()) {
                    convert(attribute.getGBuilder());
                }
            }
            if (Nodes.is(node, "Softmax", "LogSoftmax", "Hardmax")) {
                alongOneAxis(graph, node, ranks);
                continue;
            }
            if (Nodes.is(node, "Squeeze", "Unsqueeze", "ReduceSum")) {
                attributeToInput(graph, node, "axes");
            } else if (Nodes.is(node, "Split")) {
                attributeToInput(graph, node, "split");
            } else if (Nodes.is(node, "Dropout")) {
                ratioToInput(graph, node);
            } else if (Nodes.is(node, "Resize")) {
                resize(graph, node);
            }
            graph.addNode(node);
        }
    }

    /**
     * Up to opset 12, Softmax with axis k sees its input as a matrix: axes before k are its rows,
     * the others its columns. Only for the last axis is this what opset 13 does.
     */
    private void alongOneAxis(GraphProto.Builder graph, NodeProto.Builder node, Ranks ranks) {
        long axis = Nodes.integer(node, "axis", 1);
        OptionalInt rank = ranks.of(node.getInput(0));
        if (axis == -1 || (rank.isPresent() && axis == rank.getAsInt() - 1)) {
            graph.addNode(Nodes.set(node, "axis", -1));
            return;
        }
        String input = node.getInput(0);
        String output = node.getOutput(0);
        String base = Nodes.nameOf(node);
        String flatten = names.like(base + "_Flatten");
        String shapeName = names.like(base + "_Shape");
        String reshape = names.like(base + "_Reshape");
        String matrix = names.like(output + "_matrix");
        String result = names.like(output + "_columns");
        String shape = names.like(output + "_shape");
        graph.addNode(
                Nodes.set(Nodes.of("Flatten", flatten, List.of(input), matrix), "axis", axis));
        graph.addNode(Nodes.set(node, "axis", 1).setInput(0, matrix).setOutput(0, result));
        graph.addNode(Nodes.of("Shape", shapeName, List.of(input), shape));
        graph.addNode(Nodes.of("Reshape", reshape, List.of(result, shape), output));
    }

    private void attributeToInput(GraphProto.Builder graph, NodeProto.Builder node, String name) {
        Optional<AttributeProto> attribute = Nodes.attribute(node, name);
        if (attribute.isPresent()) {
            Nodes.remove(node, name);
            String input = names.like(node.getOutput(0) + "_" + name);
            graph.addInitializer(Tensors.longs(input, attribute.get().getIntsList()));
            node.addInput(input);
        }
    }

    private void ratioToInput(GraphProto.Builder graph, NodeProto.Builder node) {
        Optional<AttributeProto> ratio = Nodes.attribute(node, "ratio");
        if (ratio.isPresent() && node.getInputCount() == 1) {
            Nodes.remove(node, "ratio");
            String input = names.like(node.getOutput(0) + "_ratio");
            graph.addInitializer(Tensors.floats(input, new float[] {ratio.get().getF()}));
            node.addInput(input);
        }
    }

    private void resize(GraphProto.Builder graph, NodeProto.Builder node)
            throws InvalidOnnxException {
        boolean lost =
                Nodes.attribute(node, "coordinate_transformation_mode")
                        .filter(a -> a.getS().toStringUtf8().equals("tf_half_pixel_for_nn"))
                        .isPresent();
        if (lost) {
            throw new InvalidOnnxException(
                    source,
                    "node '"
                            + Nodes.nameOf(node)
                            + "' resizes with tf_half_pixel_for_nn, which opset 13 does not have;"
                            + " export with opset 13");
        }
        for (int i = 1; i < node.getInputCount(); i++) {
            String input = node.getInput(i);
            if (isEmpty(graph, input)) {
                node.setInput(i, "");
            }
        }
        // With sizes, opset 11 wants empty scales; some are empty only when the model runs.
        if (Nodes.input(node, 3).isPresent()) {
            node.setInput(2, "");
        }
    }

    private static boolean isEmpty(GraphProto.Builder graph, String tensor) {
        for (TensorProto initializer : graph.getInitializerList()) {
            if (initializer.getName().equals(tensor)) {
                return initializer.getDimsList().contains(0L);
            }
        }
        boolean made =
                graph.getNodeList().stream()
                        .filter(n -> n.getOutputList().contains(tensor))
                        .flatMap(n -> ConstantNodes.value(n).stream())
                        .anyMatch(t -> t.getDimsList().contains(0L));
        return made
                || graph.getInputList().stream()
                        .filter(i -> i.getName().equals(tensor))
                        .flatMap(i -> i.getType().getTensorType().getShape().getDimList().stream())
                        .anyMatch(d -> d.hasDimValue() && d.getDimValue() == 0);
    }
}
