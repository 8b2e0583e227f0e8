package io.rangefinder.engine.tensorrt.plan;

/** How TensorRT learns what to compute in INT8. */
public enum PlanMode {
    /** By the Q/DQ of the ONNX. What newer versions of TensorRT want, too. */
    EXPLICIT,
    /** By a dynamic range for every tensor of a float ONNX; TensorRT chooses where INT8 pays. */
    IMPLICIT
}
