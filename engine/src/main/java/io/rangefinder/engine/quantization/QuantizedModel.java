package io.rangefinder.engine.quantization;

import io.rangefinder.engine.onnx.OnnxModel;
import java.util.Objects;

/**
 * What quantization gives.
 *
 * @param model the model with Q/DQ; its inputs and outputs are those of the float model
 * @param coverage which layers run in INT8
 */
public record QuantizedModel(OnnxModel model, CoverageReport coverage) {

    /**
     * Checks that nothing is null.
     *
     * @param model the model with Q/DQ
     * @param coverage which layers run in INT8
     */
    public QuantizedModel {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(coverage, "coverage");
    }
}
