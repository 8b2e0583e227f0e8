package io.rangefinder.engine.onnx;

import ai.djl.MalformedModelException;
import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;

/** An ONNX model that cannot be used; the message says which, where, what and what to do. */
public class InvalidOnnxException extends MalformedModelException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param source the model's file, or another word for where it came from
     * @param problem what is wrong, where in the model, and what to do
     */
    public InvalidOnnxException(String source, String problem) {
        super(line(source + ": " + problem));
    }

    /**
     * Makes the exception.
     *
     * @param source the model's file, or another word for where it came from
     * @param problem what is wrong, where in the model, and what to do
     * @param cause what was thrown beneath
     */
    public InvalidOnnxException(String source, String problem, Throwable cause) {
        super(line(source + ": " + problem), cause);
    }

    /** Of a damaged node; the problem is to stand behind its name. */
    static InvalidOnnxException ofNode(String source, NodeProtoOrBuilder node, String problem) {
        return new InvalidOnnxException(
                source,
                "node '"
                        + Nodes.nameOf(node)
                        + "' ("
                        + node.getOpType()
                        + ") "
                        + problem
                        + "; the file is damaged, export the model again");
    }

    /** Names in a damaged file may hold anything; a message is one line. */
    private static String line(String message) {
        return message.replaceAll("\\p{Cntrl}+", "?");
    }
}
