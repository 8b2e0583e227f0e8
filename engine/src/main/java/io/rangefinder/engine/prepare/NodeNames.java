package io.rangefinder.engine.prepare;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.UnusedNames;
import java.util.HashSet;
import java.util.Set;

/**
 * Gives each node a name of its own, in bodies, too. ONNX wants none, but ONNX Runtime's optimizer
 * names what it makes by them, and refuses two of one name.
 */
final class NodeNames {

    private final Set<String> given = new HashSet<>();
    private final UnusedNames unused = new UnusedNames(given);
    private boolean changed;

    private NodeNames() {}

    static OnnxModel unique(OnnxModel model) throws InvalidOnnxException {
        NodeNames names = new NodeNames();
        names.gather(model.proto().getGraph());
        ModelProto.Builder named = model.proto().toBuilder();
        Set<String> seen = new HashSet<>();
        names.name(named.getGraphBuilder(), seen);
        return names.changed ? OnnxModel.of(named.build(), model.source()) : model;
    }

    private void gather(GraphProto graph) {
        for (NodeProto node : graph.getNodeList()) {
            given.add(node.getName());
            Nodes.bodies(node).forEach(this::gather);
        }
    }

    private void name(GraphProto.Builder graph, Set<String> seen) {
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            if (node.getName().isEmpty() || !seen.add(node.getName())) {
                String wish = Nodes.nameOf(node);
                node.setName(unused.like(wish.isEmpty() ? node.getOpType() : wish));
                seen.add(node.getName());
                changed = true;
            }
            for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
                if (attribute.hasG()) {
                    name(attribute.getGBuilder(), seen);
                }
                attribute.getGraphsBuilderList().forEach(body -> name(body, seen));
            }
        }
    }
}
