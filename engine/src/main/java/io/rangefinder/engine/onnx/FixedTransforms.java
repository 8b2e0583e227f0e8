package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;

/**
 * Products with the matrix of a transform, such as Fourier's, among those with weights: an exported
 * model says in the node's description which they are. Stateless.
 */
public final class FixedTransforms {

    private static final String DESCRIPTION = "rangefinder: a product with a fixed transform";

    private FixedTransforms() {}

    /**
     * Says of a node that its matrix is a transform's.
     *
     * @param node the node
     */
    public static void mark(NodeProto.Builder node) {
        node.setDocString(DESCRIPTION);
    }

    /**
     * Whether a node's matrix is a transform's.
     *
     * @param node a node
     * @return true if an export said so
     */
    public static boolean isOne(NodeProtoOrBuilder node) {
        return node.getDocString().equals(DESCRIPTION);
    }
}
