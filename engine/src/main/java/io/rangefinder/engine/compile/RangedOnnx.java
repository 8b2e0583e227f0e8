package io.rangefinder.engine.compile;

import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.onnx.OnnxModel;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/**
 * A float model with the ranges of its tensors: what is quantized, or what TensorRT is given in
 * implicit mode.
 *
 * @param model the float model, opset 13 or later
 * @param ranges ranges by name of the ONNX tensors, one at least
 * @param unmatched the names among the given ranges that are no tensor of the model as it was given
 */
public record RangedOnnx(OnnxModel model, DynamicRanges ranges, Set<String> unmatched) {

    /**
     * Copies.
     *
     * @param model the float model
     * @param ranges ranges by name of the ONNX tensors
     * @param unmatched the names that are no tensor of the model
     */
    public RangedOnnx {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(ranges, "ranges");
        unmatched = Collections.unmodifiableSet(new LinkedHashSet<>(unmatched));
    }
}
