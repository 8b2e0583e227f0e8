package io.rangefinder.engine.compile;

import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.onnx.OnnxModel;
import java.util.Objects;

/**
 * A float model with the ranges of its tensors: what is quantized, or what TensorRT is given in
 * implicit mode.
 *
 * @param model the float model, opset 13 or later
 * @param ranges ranges by name of the ONNX tensors, one at least
 */
public record RangedOnnx(OnnxModel model, DynamicRanges ranges) {

    /**
     * Checks that nothing is null.
     *
     * @param model the float model
     * @param ranges ranges by name of the ONNX tensors
     */
    public RangedOnnx {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(ranges, "ranges");
    }
}
