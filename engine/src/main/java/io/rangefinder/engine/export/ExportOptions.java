package io.rangefinder.engine.export;

import io.rangefinder.capture.ranges.ModelCall;
import java.util.OptionalInt;

/**
 * How to export. Immutable.
 *
 * @param opset the version of ONNX's operator set: 13, which TensorRT 8.4 and later read, or 17,
 *     for TensorRT 8.6 and later
 * @param fixedBatch whether the first axis keeps the length that it has in the inputs; otherwise it
 *     may have any length, wherever the model allows it
 * @param orLater whether a model with an operator that only opset 17 has is exported with that
 * @param call the method to export, and the values of its arguments that are no tensors
 */
public record ExportOptions(int opset, boolean fixedBatch, boolean orLater, ModelCall call) {

    /** Opset 13, or 17 where the model needs it; any batch. */
    public static final ExportOptions DEFAULT = new ExportOptions(13, false, true, ModelCall.PLAIN);

    /**
     * Checks the opset.
     *
     * @param opset the version of ONNX's operator set
     * @param fixedBatch whether the first axis keeps its length
     * @param orLater whether opset 17 may be taken where the model needs it
     * @param call the method to export
     * @throws IllegalArgumentException if the opset is neither 13 nor 17
     */
    public ExportOptions {
        if (opset != 13 && opset != 17) {
            throw new IllegalArgumentException("opset is " + opset + "; choose 13 or 17");
        }
    }

    /**
     * This opset and no other.
     *
     * @param opset the version of ONNX's operator set
     * @param fixedBatch whether the first axis keeps its length
     * @throws IllegalArgumentException if the opset is neither 13 nor 17
     */
    public ExportOptions(int opset, boolean fixedBatch) {
        this(opset, fixedBatch, false, ModelCall.PLAIN);
    }

    /**
     * Any batch, and an opset if one is asked for.
     *
     * @param opset this opset and no other, or empty for {@link #DEFAULT}
     * @return the options
     * @throws IllegalArgumentException if the opset is neither 13 nor 17
     */
    public static ExportOptions of(OptionalInt opset) {
        return opset.isPresent() ? new ExportOptions(opset.getAsInt(), false) : DEFAULT;
    }

    /**
     * The same for another call.
     *
     * @param other the method to export, and the values of its arguments that are no tensors
     * @return options for it
     */
    public ExportOptions withCall(ModelCall other) {
        return new ExportOptions(opset, fixedBatch, orLater, other);
    }

    /** The same for the later opset and no other. */
    ExportOptions withOpset(int other) {
        return new ExportOptions(other, fixedBatch, false, call);
    }
}
