package io.rangefinder.engine.match;

import io.rangefinder.engine.onnx.InvalidOnnxException;

/** The ONNX model computes something else than the PyTorch model that it is paired with. */
public class DifferentModelException extends InvalidOnnxException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param source the ONNX model's file, or another word for where it came from
     * @param difference what differs
     */
    public DifferentModelException(String source, String difference) {
        super(
                source,
                difference
                        + "; it is not the model that the ranges were captured on, or was exported"
                        + " in training mode. Export the captured model again");
    }
}
