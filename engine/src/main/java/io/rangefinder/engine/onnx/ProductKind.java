package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a product with a constant is that is no layer with a weight: an exported model says so in
 * the node's description.
 */
public enum ProductKind {
    /** With the matrix of a transform, such as Fourier's, which no training has made. */
    TRANSFORM(
            "rangefinder: a product with a fixed transform",
            "its matrix is a transform's, such as Fourier's, whose small results would be lost"),
    /** Of complex numbers, in one matrix of their parts. */
    COMPLEX(
            "rangefinder: a product of complex numbers",
            "it multiplies complex numbers, of which no ranges are captured");

    private final String description;
    private final String reason;

    ProductKind(String description, String reason) {
        this.description = description;
        this.reason = reason;
    }

    /**
     * Says of a node that it is such a product.
     *
     * @param node the node
     */
    public void mark(NodeProto.Builder node) {
        node.setDocString(description);
    }

    /**
     * What a node is, if an export said so.
     *
     * @param node a node
     * @return its kind, or empty for a layer and for any other node
     */
    public static Optional<ProductKind> of(NodeProtoOrBuilder node) {
        return Arrays.stream(values())
                .filter(kind -> kind.description.equals(node.getDocString()))
                .findFirst();
    }

    /**
     * Why it stays in float.
     *
     * @return the reason, to stand behind the layer's name
     */
    public String reason() {
        return reason;
    }
}
