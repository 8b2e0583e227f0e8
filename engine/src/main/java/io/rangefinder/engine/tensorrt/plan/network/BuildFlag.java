package io.rangefinder.engine.tensorrt.plan.network;

/** The flags of TensorRT's {@code BuilderFlag} that are used, without their {@code k}. */
public enum BuildFlag {
    /** Layers may compute in INT8. */
    INT8,
    /** Layers may compute in float16. */
    FP16,
    /** The GPU takes what the deep learning accelerator can't. */
    GPU_FALLBACK,
    /** A layer computes in the precision that it was given, if there is a tactic for it. */
    PREFER_PRECISION_CONSTRAINTS
}
