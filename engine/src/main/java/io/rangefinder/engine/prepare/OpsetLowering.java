package io.rangefinder.engine.prepare;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.engine.onnx.ConstantNodes;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.Ranks;
import io.rangefinder.engine.onnx.UnusedNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lowers a model of opset 18 to 22 to 17, the last that TensorRT 8.6 is documented for, if each of
 * its nodes has an equal there; if one has none, the whole model keeps its opset. PyTorch's
 * exporter writes 18 or later, mostly without using what is new.
 */
final class OpsetLowering {

    static final long OPSET = 17;

    /** Types up to this number are those of opset 17; float8, int4 and the like came later. */
    private static final int MOST_TYPE = TensorProto.DataType.BFLOAT16_VALUE;

    private final long from;
    private final UnusedNames names;

    private OpsetLowering(OnnxModel model) {
        from = model.opset();
        names = new UnusedNames(OnnxGraph.allNames(model.proto().getGraph()));
    }

    /**
     * Lowers a model.
     *
     * @param model a model without functions of its own
     * @return the same in opset 17, or the model as it is
     */
    static OnnxModel of(OnnxModel model) throws InvalidOnnxException {
        if (model.opset() <= OPSET) {
            return model;
        }
        ModelProto.Builder lowered = model.proto().toBuilder();
        OpsetLowering lowering = new OpsetLowering(model);
        if (!lowering.lower(lowered.getGraphBuilder(), Map.of())) {
            return model;
        }
        for (OperatorSetIdProto.Builder opset : lowered.getOpsetImportBuilderList()) {
            if (Nodes.isDefaultDomain(opset.getDomain())) {
                opset.setVersion(OPSET);
            }
        }
        return OnnxModel.of(lowered.build(), model.source());
    }

    /** Lowers a graph and its bodies, which see the constants around them. */
    private boolean lower(GraphProto.Builder graph, Map<String, TensorProto> around) {
        Map<String, TensorProto> constants = new HashMap<>(around);
        Map<String, ValueInfoProto> values = new HashMap<>();
        Stream.of(graph.getInputList(), graph.getOutputList(), graph.getValueInfoList())
                .flatMap(List::stream)
                .forEach(v -> values.put(v.getName(), v));
        graph.getInitializerList().forEach(t -> constants.put(t.getName(), t));
        for (NodeProto node : graph.getNodeList()) {
            ConstantNodes.value(node).ifPresent(t -> constants.put(t.getName(), t));
        }
        boolean isOfNewType =
                values.values().stream()
                                .anyMatch(
                                        v -> v.getType().getTensorType().getElemType() > MOST_TYPE)
                        || constants.values().stream().anyMatch(t -> t.getDataType() > MOST_TYPE);
        if (isOfNewType) {
            return false;
        }
        LoweredNode lowered =
                new LoweredNode(from, constants, values, new Ranks(graph.build()), names::like);
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
                if (attribute.hasG() && !lower(attribute.getGBuilder(), constants)) {
                    return false;
                }
            }
            Optional<List<TensorProto>> added = lowered.lower(node);
            if (added.isEmpty()) {
                return false;
            }
            graph.addAllInitializer(added.get());
        }
        return true;
    }
}
