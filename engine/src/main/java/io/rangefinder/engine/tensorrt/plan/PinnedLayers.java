package io.rangefinder.engine.tensorrt.plan;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.inspector.ranges.NetworkLayer;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which layers of a network a user pinned to float.
 *
 * <p>TensorRT's parser calls a layer by its ONNX node and, where it makes several of one node, the
 * others by the node's name with a number: {@code fc_2} is part of {@code fc} unless there is a
 * node of that name.
 */
final class PinnedLayers {

    private final Set<String> nodes = new HashSet<>();
    private final Set<String> pinned = new HashSet<>();
    private final Set<String> outputs = new HashSet<>();
    private final Set<String> unknown;

    PinnedLayers(OnnxModel model, Set<String> wanted) {
        unknown = new TreeSet<>(wanted);
        for (NodeProto node : model.proto().getGraph().getNodeList()) {
            String name = Nodes.nameOf(node);
            nodes.add(name);
            boolean byOutput = node.getOutputList().stream().anyMatch(wanted::contains);
            if (byOutput || wanted.contains(name)) {
                pinned.add(name);
                outputs.addAll(node.getOutputList());
                unknown.remove(name);
                unknown.removeAll(node.getOutputList());
            }
        }
    }

    boolean contains(NetworkLayer layer) {
        String name = layer.name();
        boolean part =
                pinned.contains(name)
                        || !nodes.contains(name)
                                && pinned.contains(name.replaceFirst("_\\d+$", ""));
        return part || layer.outputs().stream().anyMatch(outputs::contains);
    }

    /** What the model does not have. */
    Set<String> unknown() {
        return unknown;
    }
}
